//! Keys that the operating system keeps.

use std::sync::Arc;
use std::thread;

use jiff::Timestamp;
use keyring_core::{CredentialStore, Entry, get_default_store};
use zeroize::Zeroizing;

use super::{Key, KeyId, KeyRing};
use crate::error::{Error, ErrorKind, Result};

/// The name under which the entry stands beside the service.
const USER: &str = "notion-oauth";

impl KeyRing {
    /// The keys that the keyring of the operating system keeps for a service, such as the name of your program: Keychain
    /// on macOS, Credential Manager on Windows, the Secret Service (GNOME Keyring, `KWallet`) elsewhere. A new key is made
    /// where there is none yet.
    ///
    /// Only the keys are kept there, never a token: keyrings of some systems are too small for these. Another
    /// [default store](keyring_core::set_default_store) of `keyring-core` is used if the program has set one.
    ///
    /// It blocks while the user is asked to unlock the keyring. Let one program make the key before others start: two
    /// that find none at once could each make one.
    ///
    /// # Errors
    /// When there is no keyring, as over SSH, in containers and on servers, when the user does not unlock it, or when
    /// the entry holds something else. There is no way on without a key, and none is put anywhere else: give one by
    /// [`from_env`](Self::from_env) or [`from_file`](Self::from_file) there.
    pub fn from_keyring(service: &str) -> Result<Self> {
        let service = service.to_owned();
        on_a_thread(move || read_or_create(&default_store()?, &service))
    }

    /// Keeps these keys in the keyring of the operating system, in place of those that it keeps for the service. This
    /// is how a key is changed: with [`with_active`](Self::with_active), then this, then `Workspaces::reseal`.
    ///
    /// # Errors
    /// As [`from_keyring`](Self::from_keyring).
    pub fn save_to_keyring(&self, service: &str) -> Result<()> {
        let (service, keys) = (service.to_owned(), self.clone());
        on_a_thread(move || write(&entry(&default_store()?, &service)?, &keys))
    }

    fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        for key in std::iter::once(&self.active).chain(&self.old) {
            text.push_str(&key.expose());
            text.push('\n');
        }
        text
    }
}

/// What asks D-Bus must not run on a thread of an async runtime.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    thread::spawn(work)
        .join()
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::System, "the keyring of this system failed")))
}

fn default_store() -> Result<Arc<CredentialStore>> {
    if let Some(store) = get_default_store() {
        return Ok(store);
    }
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new();
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new();
    #[cfg(all(unix, not(target_os = "macos")))]
    let store = zbus_secret_service_keyring_store::Store::new();
    Ok(store.map_err(no_keyring)?)
}

fn read_or_create(store: &Arc<CredentialStore>, service: &str) -> Result<KeyRing> {
    let entry = entry(store, service)?;
    if let Some(keys) = read(&entry)? {
        return Ok(keys);
    }
    let day = Timestamp::now().strftime("%Y-%m-%d").to_string();
    write(&entry, &KeyRing::new(Key::generate(KeyId::new(day)?)?))?;
    // What the keyring has now, and no key that it did not keep.
    read(&entry)?.ok_or_else(|| {
        Error::new(
            ErrorKind::Configuration,
            "the keyring of this system took a key, and does not give it back",
        )
        .with_hint(OTHERWISE)
    })
}

fn entry(store: &Arc<CredentialStore>, service: &str) -> Result<Entry> {
    Entry::new_in_store(store, service, USER).map_err(no_keyring)
}

fn read(entry: &Entry) -> Result<Option<KeyRing>> {
    let bytes = match entry.get_secret() {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(keyring_core::Error::NoEntry) => return Ok(None),
        Err(error) => return Err(no_keyring(error)),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Error::new(
            ErrorKind::Configuration,
            "the keyring of this system holds something else than keys under this name",
        )
        .with_hint("Use another name for the service.")
    })?;
    KeyRing::parse(text).map(Some)
}

fn write(entry: &Entry, keys: &KeyRing) -> Result<()> {
    entry.set_secret(keys.expose().as_bytes()).map_err(no_keyring)
}

const OTHERWISE: &str = "Unlock it, or give the keys by NOTION_OAUTH_KEYS or a file: over SSH, in a container or on a server there may be no keyring.";

/// The causes of some errors hold what was stored, so that they are told in our words.
fn no_keyring(error: keyring_core::Error) -> Error {
    use keyring_core::Error as Cause;

    let ours = |message: &'static str| Error::new(ErrorKind::Configuration, message).with_hint(OTHERWISE);
    match error {
        Cause::NoStorageAccess(_) | Cause::NoDefaultStore => {
            ours("the keyring of this system is locked, or there is none").with_source(error)
        }
        Cause::BadEncoding(_) | Cause::BadDataFormat(..) => {
            ours("the keyring of this system holds what cannot be read")
        }
        Cause::Ambiguous(_) => ours("the keyring of this system holds several entries of this name"),
        error => ours("the keyring of this system cannot be used").with_source(error),
    }
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::*;

    fn store() -> Arc<CredentialStore> {
        mock::Store::new().unwrap()
    }

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let store = store();
        let first = read_or_create(&store, "app").unwrap();
        let again = read_or_create(&store, "app").unwrap();
        assert_eq!(*first.expose(), *again.expose());
        assert_ne!(
            *first.expose(),
            *read_or_create(&store, "other").unwrap().expose()
        );
        let sealed = first.seal(b"here", b"secret").unwrap();
        let opened = again.open(first.active().as_str(), b"here", &sealed).unwrap();
        assert_eq!(&**opened.unwrap(), b"secret");
    }

    #[test]
    fn a_key_is_changed() {
        let store = store();
        let keys = read_or_create(&store, "app").unwrap();
        let former = keys.active().clone();
        let new = Key::generate(KeyId::new("new").unwrap()).unwrap();
        let both = keys.with_active(new).unwrap();
        write(&entry(&store, "app").unwrap(), &both).unwrap();
        let read = read_or_create(&store, "app").unwrap();
        assert_eq!(read.active().as_str(), "new");
        assert_eq!(read.old().collect::<Vec<_>>(), [&former]);
        assert!(both.expose().len() < 2560, "what Windows keeps");
    }

    #[test]
    fn without_a_keyring_there_is_an_error_and_no_key() {
        let store = store();
        let entry = entry(&store, "app").unwrap();
        let fail = |error| {
            let cred: &mock::Cred = entry.as_any().downcast_ref().unwrap();
            cred.set_error(error);
        };
        fail(keyring_core::Error::NoStorageAccess("locked".into()));
        let error = read(&entry).unwrap_err();
        assert!(error.is_configuration());
        assert!(error.to_string().contains("NOTION_OAUTH_KEYS"), "{error}");

        fail(keyring_core::Error::BadEncoding(b"CANARY".to_vec()));
        let error = read(&entry).unwrap_err();
        assert!(!format!("{error} {error:?} {error:#?}").contains("CANARY"));

        entry.set_secret(b"something else, CANARY").unwrap();
        let error = read_or_create(&store, "app").unwrap_err();
        assert!(!format!("{error:?} {error:#?}").contains("CANARY"), "{error}");
    }

    #[test]
    fn what_this_machine_has_is_told() {
        // On most build machines there is none: that is an error that says what to do, and not a panic.
        if let Err(error) =
            default_store().and_then(|store| entry(&store, "notion-oauth-test").and_then(|e| read(&e)))
        {
            assert!(error.is_configuration(), "{error}");
        }
    }
}
