//! A disk that is full, worn out or only to be read, for the programs of one test.
//!
//! No privilege is needed for it: a small library in C stands between a program and the C library, and fails its calls.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is wrong with a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// `ENOSPC`: it is full.
    Full,
    /// `EIO`: it is worn out.
    WornOut,
    /// `EROFS`: it is only to be read, as after an error.
    ReadOnly,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Full, Self::WornOut, Self::ReadOnly];

    /// As Linux numbers them.
    fn errno(self) -> i32 {
        match self {
            Self::Full => 28,
            Self::WornOut => 5,
            Self::ReadOnly => 30,
        }
    }
}

/// The library, for all programs of a test.
pub struct Library {
    folder: tempfile::TempDir,
}

impl Library {
    /// Builds it.
    ///
    /// Without a C compiler the test is said to be skipped, and fails where `CI` is set.
    pub fn build(test: &str) -> Option<Self> {
        let library = Self {
            folder: tempfile::Builder::new().prefix("disk").tempdir().unwrap(),
        };
        // A server that runs as another user loads it, too.
        let everybody = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(library.folder.path(), everybody).unwrap();
        let source = library.folder.path().join("broken_disk.c");
        std::fs::write(&source, include_str!("broken_disk.c")).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([library.path(), source])
            .arg("-ldl")
            .output();
        let is_built = cfg!(all(target_os = "linux", target_env = "gnu")) && built.is_ok();
        if !is_built {
            assert!(
                std::env::var_os("CI").is_none(),
                "{test} needs `cc` on Linux: install a C compiler"
            );
            eprintln!("skipped: {test}, because there is no `cc` here, or this is not Linux");
            return None;
        }
        let built = built.unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        Some(library)
    }

    /// A disk that is in order, and whose file of troubles has that name.
    pub fn disk(&self, name: &str) -> Disk {
        Disk {
            library: self.path(),
            control: self.folder.path().join(name),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("broken_disk.so")
    }
}

/// The disk of some programs.
#[derive(Debug, Clone)]
pub struct Disk {
    library: PathBuf,
    control: PathBuf,
}

impl Disk {
    /// What the environment of a program has to say so that this is its disk.
    pub fn environment(&self) -> [(&'static str, &Path); 2] {
        [("LD_PRELOAD", &self.library), (CONTROL, &self.control)]
    }

    /// The disk of this program, if it has been started with one.
    pub fn of_this_program() -> Option<Self> {
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        Some(Self {
            library: path("LD_PRELOAD")?,
            control: path(CONTROL)?,
        })
    }

    /// Lets calls fail that are about files with this part in their paths, after so many more that succeed.
    pub fn breaks(&self, trouble: Trouble, part: &str, calls: usize) {
        let new = self.control.with_extension("new");
        std::fs::write(&new, format!("{} {calls} {part}", trouble.errno())).unwrap();
        std::fs::rename(new, &self.control).unwrap();
    }

    /// Ends the trouble.
    pub fn is_mended(&self) {
        std::fs::remove_file(&self.control).unwrap();
    }
}

const CONTROL: &str = "BROKEN_DISK";
