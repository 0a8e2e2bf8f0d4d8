use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a response says about an installation beside its ids and tokens: who and whose it is, all of it optional.
///
/// The values are kept as they came, whatever their type.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    pub(super) workspace_name: Value,
    pub(super) workspace_icon: Value,
    pub(super) owner: Value,
    pub(super) duplicated_template_id: Value,
}

impl Details {
    pub(crate) fn workspace_name(&self) -> Option<&str> {
        self.workspace_name.as_str()
    }

    pub(crate) fn workspace_icon(&self) -> Option<&str> {
        self.workspace_icon.as_str()
    }

    pub(crate) fn owner(&self) -> &Value {
        &self.owner
    }

    pub(crate) fn duplicated_template_id(&self) -> Option<&str> {
        self.duplicated_template_id.as_str()
    }

    /// These, completed by what `older` knows: what Notion leaves out once is not forgotten.
    pub(crate) fn or(&self, older: &Self) -> Self {
        let either = |new: &Value, old: &Value| if new.is_null() { old.clone() } else { new.clone() };
        Self {
            workspace_name: either(&self.workspace_name, &older.workspace_name),
            workspace_icon: either(&self.workspace_icon, &older.workspace_icon),
            owner: either(&self.owner, &older.owner),
            duplicated_template_id: either(&self.duplicated_template_id, &older.duplicated_template_id),
        }
    }
}
