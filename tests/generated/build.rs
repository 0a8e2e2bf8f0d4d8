//! Generates a row type for each recorded data source, and for some that people could make to annoy us. All of them are compiled
//! with the test beside this file, which reads rows through them.

mod odd;
#[path = "../src/place.rs"]
mod place;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use notion_schema::json::{self, Reader};
use notion_schema::{DataSource, Snapshot, row_type};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=generated");
    println!("cargo::rerun-if-changed=src/place.rs");
    println!("cargo::rerun-if-env-changed=NOTION_RECORDINGS");
    let mut recorded = Vec::new();
    for file in place::files(&place::folder(), "jsonl") {
        println!("cargo::rerun-if-changed={}", file.display());
        for line in std::fs::read_to_string(file)?.lines() {
            collect(line, &mut recorded)?;
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo runs this")?);
    let mut generated = Generated::new(out.canonicalize()?)?;
    let count = recorded.len();
    for source in recorded {
        generated.add(source, true)?;
    }
    for source in odd::data_sources() {
        generated.add(source?, false)?;
    }
    let code = format!(
        "pub(crate) const RECORDED: usize = {count};\n{}pub(crate) const TYPES: &[Type] = &[\n{}];\n",
        generated.code, generated.table
    );
    std::fs::write(out.join("generated.rs"), code)?;
    Ok(())
}

/// All data sources in a text, at any depth.
fn collect(json: &str, found: &mut Vec<DataSource>) -> Result<(), json::Error> {
    let mut reader = Reader::new(json);
    let mut inside = Vec::new();
    match reader.peek() {
        Some(b'{') => {
            reader.begin_object()?;
            let mut is_source = false;
            while let Some(key) = reader.key()? {
                let value = reader.raw()?;
                is_source |= key == "object" && value == r#""data_source""#;
                inside.push(value);
            }
            // One that the connection may not read has no columns.
            found.extend(
                is_source
                    .then(|| DataSource::from_json(json))
                    .and_then(Result::ok),
            );
        }
        Some(b'[') => {
            reader.begin_array()?;
            while reader.element()? {
                inside.push(reader.raw()?);
            }
        }
        _ => {}
    }
    inside.into_iter().try_for_each(|json| collect(json, found))
}

/// The types so far.
struct Generated {
    folder: PathBuf,
    /// The same folder as the derive finds it, which begins at the one of `Cargo.toml`.
    from_manifest: String,
    /// The module of each type, which differ.
    modules: BTreeMap<String, String>,
    code: String,
    table: String,
}

impl Generated {
    fn new(folder: PathBuf) -> std::io::Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize()?;
        let names = |path: &Path| -> Vec<String> {
            let names = path.components().skip(1);
            names
                .map(|name| name.as_os_str().to_string_lossy().into_owned())
                .collect()
        };
        let up = "../".repeat(names(&manifest).len());
        Ok(Self {
            from_manifest: up + &names(&folder).join("/"),
            folder,
            modules: BTreeMap::new(),
            code: String::new(),
            table: String::new(),
        })
    }

    fn add(&mut self, source: DataSource, is_recorded: bool) -> Result<(), Box<dyn std::error::Error>> {
        let columns: Vec<_> = source
            .properties
            .iter()
            .map(|property| (&property.id, &property.name, &property.type_name))
            .collect();
        let (columns, id) = (format!("{columns:?}"), source.id.clone());
        let code = row_type(&source, None);
        let module = match self.modules.get(&code) {
            Some(module) => module.clone(),
            None => {
                let module = format!("type_{}", self.modules.len());
                self.modules.insert(code, module.clone());
                self.add_module(&module, source)?;
                module
            }
        };
        let line = format!(
            "Type {{ source: {id:?}, is_recorded: {is_recorded}, module: {module:?}, columns: &{columns}, read: {module}::read }},\n",
        );
        if !self.table.contains(&line) {
            self.table.push_str(&line);
        }
        Ok(())
    }

    /// A module with the type, which is compared with its snapshot, and a function that reads a row of it and compares each field
    /// with the column that it is of.
    fn add_module(&mut self, module: &str, source: DataSource) -> Result<(), Box<dyn std::error::Error>> {
        let file = |extension| self.folder.join(module).with_extension(extension);
        let code = row_type(&source, Some(&format!("{}/{module}.json", self.from_manifest)));
        std::fs::write(file("rs"), &code)?;
        let ids: Vec<_> = source
            .properties
            .iter()
            .map(|property| property.id.clone())
            .collect();
        std::fs::write(file("json"), Snapshot::new("2026-03-11", source).to_json())?;

        let between = |line: &'static str, end: char| {
            let lines = code.lines().filter_map(move |code| code.strip_prefix(line));
            lines.filter_map(move |rest| rest.split(end).next())
        };
        let row = between("pub struct ", ' ').next().ok_or("no struct")?;
        let fields: Vec<_> = between("    pub ", ':').collect();
        assert_eq!(fields.len(), ids.len(), "a field for each column");
        let new = &mut self.code;
        writeln!(new, "mod {module} {{")?;
        writeln!(new, "include!(concat!(env!(\"OUT_DIR\"), \"/{module}.rs\"));")?;
        for options in between("pub enum ", ' ') {
            writeln!(new, "crate::options!({options});")?;
        }
        writeln!(
            new,
            "pub(crate) fn read(page: &mut crate::Seen<'_>) -> crate::Checked {{"
        )?;
        writeln!(new, "let row = page.read::<{row}>()?;")?;
        for (field, id) in fields.iter().zip(&ids) {
            writeln!(new, "page.column({id:?}, &row.{field})?;")?;
        }
        writeln!(new, "Ok(())\n}}\n}}")?;
        Ok(())
    }
}
