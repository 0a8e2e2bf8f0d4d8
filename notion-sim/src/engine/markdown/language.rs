//! The language of code by the word behind its fence.

use crate::engine::block::LANGUAGES;

/// The language of code of which nothing is known.
const PLAIN: &str = "plain text";

/// Words that people put behind a fence, and the languages they mean.
const ALIASES: [(&str, &str); 31] = [
    ("asm", "assembly"),
    ("cpp", "c++"),
    ("cs", "c#"),
    ("csharp", "c#"),
    ("dockerfile", "docker"),
    ("ex", "elixir"),
    ("fs", "f#"),
    ("fsharp", "f#"),
    ("golang", "go"),
    ("hs", "haskell"),
    ("js", "javascript"),
    ("jsx", "javascript"),
    ("kt", "kotlin"),
    ("make", "makefile"),
    ("md", "markdown"),
    ("objc", "objective-c"),
    ("pl", "perl"),
    ("proto", "protobuf"),
    ("ps1", "powershell"),
    ("py", "python"),
    ("rb", "ruby"),
    ("rs", "rust"),
    ("sh", "shell"),
    ("tex", "latex"),
    ("tf", "hcl"),
    ("ts", "typescript"),
    ("tsx", "typescript"),
    ("vb", "visual basic"),
    ("wasm", "webassembly"),
    ("yml", "yaml"),
    ("zsh", "shell"),
];

/// The language that the word behind a fence means.
pub(super) fn read(word: &str) -> &'static str {
    let word = word.trim().to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
    let name = alias.map_or(word.as_str(), |(_, name)| name);
    LANGUAGES
        .iter()
        .find(|known| **known == name)
        .copied()
        .unwrap_or(PLAIN)
}
