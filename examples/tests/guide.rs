//! The programs of the guide print what they are there to show.

use std::process::Command;

fn output(program: &str) -> String {
    let output = Command::new(program).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

macro_rules! programs {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(output(env!(concat!("CARGO_BIN_EXE_", stringify!($name)))));
        }
    )*};
}

programs! { dates filters options relations rows snapshots values writes }
