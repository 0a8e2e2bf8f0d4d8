use notion_oauth::{Connection, ConnectionBuilder, ErrorKind, RedirectUri};

fn from(variables: &[(&str, &str)]) -> Result<Connection, String> {
    let variable = |name: &str| {
        let found = variables.iter().find(|variable| variable.0 == name);
        found.map(|variable| variable.1.to_owned())
    };
    let built = ConnectionBuilder::from_env(variable).and_then(ConnectionBuilder::build);
    built.map_err(|error| {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.to_string()
    })
}

const ID: (&str, &str) = ("NOTION_CLIENT_ID", "463558a3-725e-4f37-b6d3-0889894f68de");
const SECRET: (&str, &str) = ("NOTION_CLIENT_SECRET", "secret_CANARY");
const REDIRECT: (&str, &str) = ("NOTION_REDIRECT_URI", "http://localhost:8080/callback");

#[test]
fn three_variables_make_a_connection() {
    let connection = from(&[ID, SECRET, REDIRECT]).unwrap();
    assert_eq!(connection.client_id().as_str(), ID.1);
    assert_eq!(connection.base_url(), "https://api.notion.com");
    assert_eq!(
        connection.redirect_uris(),
        [RedirectUri::new(REDIRECT.1).unwrap()]
    );

    let aliases = [
        ("OAUTH_CLIENT_ID", ID.1),
        ("OAUTH_CLIENT_SECRET", SECRET.1),
        REDIRECT,
    ];
    assert_eq!(from(&aliases).unwrap().client_id().as_str(), ID.1);

    // The same twice is no conflict, whatever the white space that was copied along.
    let twice = [
        ID,
        ("OAUTH_CLIENT_ID", "463558a3-725e-4f37-b6d3-0889894f68de\n"),
        SECRET,
        REDIRECT,
    ];
    assert_eq!(from(&twice).unwrap().client_id().as_str(), ID.1);

    let two = (
        "NOTION_REDIRECT_URI",
        "http://localhost:8080/cb  https://example.com/cb",
    );
    let connection = from(&[ID, SECRET, two, ("NOTION_BASE_URL", "http://127.0.0.1:6684")]).unwrap();
    assert_eq!(connection.redirect_uris().len(), 2);
    assert_eq!(connection.base_url(), "http://127.0.0.1:6684");
}

#[test]
fn s000_5_the_url_of_the_dashboard_stands_for_client_id_and_redirect_uri() {
    let url = (
        "NOTION_AUTH_URL",
        "https://api.notion.com/v1/oauth/authorize?client_id=463558a3-725e-4f37-b6d3-0889894f68de\
         &response_type=code&owner=user&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback",
    );
    let connection = from(&[url, ("OAUTH_CLIENT_SECRET", SECRET.1)]).unwrap();
    assert_eq!(connection.client_id().as_str(), ID.1);
    assert_eq!(
        connection.redirect_uris()[0].as_str(),
        "https://example.com/callback"
    );
    let both = from(&[ID, url, SECRET, REDIRECT]).unwrap();
    let uris: Vec<_> = both.redirect_uris().iter().map(RedirectUri::as_str).collect();
    assert_eq!(uris, ["https://example.com/callback", REDIRECT.1]);

    let missing = from(&[url]).unwrap_err();
    assert!(missing.contains("NOTION_CLIENT_SECRET") && !missing.contains("NOTION_CLIENT_ID"));
    let other = from(&[url, SECRET, ("NOTION_CLIENT_ID", "other")]).unwrap_err();
    assert!(other.contains("another connection"), "{other}");
    let broken = from(&[(url.0, "https://example.com/?client_id=CANARY"), SECRET]).unwrap_err();
    assert!(
        broken.contains("Configuration tab") && !broken.contains("CANARY"),
        "{broken}"
    );
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let all = from(&[("NOTION_CLIENT_ID", " ")]).unwrap_err();
    for expected in [
        "NOTION_CLIENT_ID",
        "NOTION_CLIENT_SECRET",
        "NOTION_REDIRECT_URI",
        "Configuration tab",
    ] {
        assert!(all.contains(expected), "{all}");
    }
    let one = from(&[ID, REDIRECT]).unwrap_err();
    assert!(
        one.contains("NOTION_CLIENT_SECRET") && !one.contains("NOTION_CLIENT_ID"),
        "{one}"
    );
}

#[test]
fn what_cannot_be_right_is_refused_without_repeating_secrets() {
    for (variables, reason) in [
        (
            vec![ID, SECRET, REDIRECT, ("OAUTH_CLIENT_ID", "other")],
            "NOTION_CLIENT_ID and OAUTH_CLIENT_ID",
        ),
        (
            vec![ID, SECRET, REDIRECT, ("OAUTH_CLIENT_SECRET", "CANARY")],
            "differ",
        ),
        (
            vec![ID, ("NOTION_CLIENT_SECRET", "CANARY with spaces"), REDIRECT],
            "characters",
        ),
        (vec![("NOTION_CLIENT_ID", "a:b"), SECRET, REDIRECT], "client id"),
        (
            vec![
                ("NOTION_CLIENT_ID", "secret_CANARY"),
                ("NOTION_CLIENT_SECRET", ID.1),
                REDIRECT,
            ],
            "swapped",
        ),
        (
            vec![ID, SECRET, ("NOTION_REDIRECT_URI", "localhost:8080")],
            "protocol",
        ),
        (
            vec![ID, SECRET, REDIRECT, ("NOTION_BASE_URL", "http://api.notion.com")],
            "in the clear",
        ),
        (
            vec![
                ID,
                SECRET,
                REDIRECT,
                ("NOTION_BASE_URL", "http://169.254.169.254"),
            ],
            "in the clear",
        ),
        (
            vec![
                ID,
                SECRET,
                REDIRECT,
                ("NOTION_BASE_URL", "https://u:CANARY@example.com"),
            ],
            "credentials",
        ),
        (
            vec![
                ID,
                SECRET,
                REDIRECT,
                ("NOTION_BASE_URL", "https://example.com/?x=1"),
            ],
            "query",
        ),
        (
            vec![ID, SECRET, REDIRECT, ("NOTION_BASE_URL", "ftp://example.com")],
            "neither",
        ),
        (
            vec![ID, SECRET, REDIRECT, ("NOTION_BASE_URL", "example.com")],
            "no URL",
        ),
    ] {
        let error = from(&variables).unwrap_err();
        assert!(error.contains(reason), "{reason}: {error}");
        assert!(!error.contains("CANARY"), "{error}");
    }
}

/// What is sent has the client secret in it: it goes out encrypted, or not off this machine.
#[test]
fn t12_requests_leave_this_machine_encrypted_and_lead_where_the_url_says() {
    for (url, reason) in [
        ("http://169.254.169.254", "in the clear"),
        ("http://169.254.169.254/latest/meta-data", "in the clear"),
        ("http://2852039166", "in the clear"),
        ("http://0xa9fea9fe", "in the clear"),
        ("http://[::ffff:169.254.169.254]", "in the clear"),
        ("http://metadata.google.internal", "in the clear"),
        ("http://10.0.0.1", "in the clear"),
        ("http://192.168.0.1:8080", "in the clear"),
        ("http://0.0.0.0", "in the clear"),
        ("http://[::]", "in the clear"),
        // Names that begin like this machine, and what is taken for a user of another.
        ("http://localhost.example.com", "in the clear"),
        ("http://127.0.0.1.example.com", "in the clear"),
        ("http://localhost@169.254.169.254", "in the clear"),
        ("http://169.254.169.254\\@localhost", "in the clear"),
        ("https://user@api.notion.com", "credentials"),
        ("https://api.notion.com@example.com", "credentials"),
        ("https://:CANARY@example.com", "credentials"),
        ("https://example.com/#@api.notion.com", "fragment"),
        ("file:///etc/passwd", "neither"),
        ("gopher://127.0.0.1", "neither"),
    ] {
        let error = from(&[ID, SECRET, REDIRECT, ("NOTION_BASE_URL", url)]).unwrap_err();
        assert!(error.contains(reason), "{url}: {error}");
        assert!(!error.contains("CANARY"), "{error}");
    }
    for url in [
        "http://localhost:6684",
        "http://127.0.0.1:6684",
        "http://[::1]:6684",
    ] {
        assert_eq!(
            from(&[ID, SECRET, REDIRECT, ("NOTION_BASE_URL", url)])
                .unwrap()
                .base_url(),
            url
        );
    }
}
