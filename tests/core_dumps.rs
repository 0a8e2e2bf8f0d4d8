//! What a crash leaves on the disk.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use notion_core::Token;

const CHILD: &str = "NOTION_TEST_CRASHES";

/// A program that crashes with a token in its memory, where core files are on.
#[test]
fn t8_a_crash_writes_no_core_file_where_they_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let crash = |how: &str| -> ExitStatus {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", r#"ulimit -c unlimited; exec "$0" "$@""#]);
        command.arg(std::env::current_exe().unwrap());
        command.args(["--exact", "a_program_that_crashes", "--ignored", "--nocapture"]);
        command.env(CHILD, how).current_dir(folder.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap()
    };
    let files = || std::fs::read_dir(folder.path()).unwrap().count();

    let hardened = crash("hardened");
    assert_eq!(hardened.signal(), Some(6), "{hardened:?}");
    assert!(!hardened.core_dumped() && files() == 0);

    let open = crash("open");
    assert_eq!(open.signal(), Some(6), "{open:?}");
    if !open.core_dumped() {
        println!("this system writes no core files at all, so the other half of the test says little");
    }
}

#[test]
#[ignore = "the program that the test above starts"]
fn a_program_that_crashes() {
    let token = Token::new("ntn_CANARY_in_a_core_file").unwrap();
    if std::env::var_os(CHILD).is_some_and(|how| how == "hardened") {
        notion_oauth::refuse_core_dumps().unwrap();
    }
    assert!(!token.expose().is_empty());
    std::process::abort();
}
