//! What must be nowhere in the clear, and where it is looked for.

use std::path::{Path, PathBuf};

/// Whether a text holds one of these, or anything that has the form of a token.
pub(crate) fn has_secret(text: &str, secrets: &[String]) -> bool {
    let found = secrets.iter().any(|secret| text.contains(secret));
    // Tokens that nobody noted down have a form, which nothing else has.
    found
        || ["ntn_", "nrt_"]
            .iter()
            .any(|start| text.contains(start) && has_token(text, start))
}

fn has_token(text: &str, start: &str) -> bool {
    let is_token = |rest: &str| rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= 24;
    text.split(start).skip(1).any(is_token)
}

/// No file of a folder holds any.
pub(crate) fn none_on_disk(folder: &Path, secrets: &[String]) {
    for file in files(folder) {
        // It may be gone by now.
        let bytes = std::fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!has_secret(&text, secrets), "a secret is in {}", file.display());
    }
}

/// All files in a folder and those within.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn secrets_are_found() {
    let secrets = ["the secret".to_owned()];
    assert!(has_secret("ab the secret cd", &secrets));
    assert!(has_secret("ntn_ nrt_0123456789abcdef01234567", &[]));
    assert!(!has_secret("ntn_0123456789 nrt_ the secre", &secrets));
}
