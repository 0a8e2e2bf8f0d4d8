//! What keys open, and what is said where there are none.

use super::*;

fn key(id: &str, byte: u8) -> Key {
    Key::from_bytes(KeyId::new(id).unwrap(), [byte; 32])
}

#[test]
fn t17_what_was_sealed_opens_in_its_place_alone() {
    let keys = KeyRing::new(key("a", 1));
    let sealed = keys.seal(b"here", b"secret").unwrap();
    assert_eq!(&**keys.open("a", b"here", &sealed).unwrap().unwrap(), b"secret");
    assert!(keys.open("a", b"there", &sealed).unwrap().is_none());
    let mut changed = sealed.clone();
    changed[30] ^= 1;
    assert!(keys.open("a", b"here", &changed).unwrap().is_none());
    assert!(keys.open("a", b"here", &sealed[..20]).unwrap().is_none());
    assert!(
        KeyRing::new(key("a", 2))
            .open("a", b"here", &sealed)
            .unwrap()
            .is_none()
    );
}

#[test]
fn an_old_key_opens_and_a_missing_one_is_named() {
    let sealed = KeyRing::new(key("old", 1)).seal(b"here", b"secret").unwrap();
    let both = KeyRing::new(key("new", 2)).with_old(key("old", 1)).unwrap();
    assert!(both.open("old", b"here", &sealed).unwrap().is_some());
    let error = KeyRing::new(key("new", 2))
        .open("old", b"here", &sealed)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(error.to_string().contains("the key old is needed"), "{error}");
}

#[test]
fn keys_are_read_as_they_are_written() {
    let text = format!("{}, {}\n", *key("new", 2).expose(), *key("old", 1).expose());
    let keys = KeyRing::parse(&text).unwrap();
    assert_eq!(keys.active().as_str(), "new");
    assert_eq!(keys.old().map(KeyId::as_str).collect::<Vec<_>>(), ["old"]);
    for wrong in [
        "",
        " ,",
        "CANARY",
        "a:CANARY!",
        "a b:AAAA",
        "a:AAAA",
        "CANARY/:AAAA",
    ] {
        let error = KeyRing::parse(wrong).unwrap_err();
        assert!(error.to_string().contains("openssl rand"), "{wrong}: {error}");
    }
    let same = format!("{} {}", *key("a", 1).expose(), *key("a", 2).expose());
    assert!(
        KeyRing::parse(&same)
            .unwrap_err()
            .to_string()
            .contains("two keys are named a")
    );
    assert!(!format!("{keys:?}").contains("AQEB"), "{keys:?}");
}
#[test]
fn a_variable_and_a_file_with_something_else_are_named_and_not_repeated() {
    let too_short = format!("2026-11:{}", STANDARD.encode("CANARY"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.txt");
    for wrong in ["", "CANARY", "a:CANARY!", "CANARY/:AAAA", &too_short] {
        std::fs::write(&path, wrong).unwrap();
        for (error, place) in [
            (
                KeyRing::of_variable(Ok(wrong.to_owned())).unwrap_err(),
                KeyRing::VARIABLE,
            ),
            (KeyRing::from_file(&path).unwrap_err(), "keys.txt"),
        ] {
            assert!(error.is_configuration());
            let said = error.to_string();
            assert!(
                said.contains(place) && said.contains("openssl rand"),
                "{wrong}: {said}"
            );
            let all = format!("{said} {error:?} {error:#?}");
            assert!(
                !all.contains("CANARY") && !all.contains(&STANDARD.encode("CANARY")),
                "{all}"
            );
        }
    }
    let unset = [
        VarError::NotPresent,
        #[cfg(unix)]
        VarError::NotUnicode(std::os::unix::ffi::OsStringExt::from_vec(b"CANARY\xff".to_vec())),
    ];
    for error in unset
        .into_iter()
        .map(|why| KeyRing::of_variable(Err(why)).unwrap_err())
    {
        let said = format!("{error} {error:?} {error:#?}");
        assert!(
            said.contains(KeyRing::VARIABLE) && said.contains("openssl rand"),
            "{said}"
        );
        assert!(!said.contains("CANARY"), "{said}");
    }
}
