//! Logins where the browser is on another machine.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use notion_oauth::loopback::Paste;
use notion_oauth::{ErrorKind, Outcome, Pending, Result};

use crate::fake::{self, CODE, Fake};

/// What the program says to the user.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl io::Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

struct Login {
    fake: Fake,
    pending: Pending,
    screen: Screen,
}

impl Login {
    fn begin() -> Self {
        let fake = Fake::granting();
        let pending = fake::builder_to(&fake, "http://localhost:8080/callback")
            .build()
            .unwrap()
            .authorize()
            .unwrap();
        Self {
            fake,
            pending,
            screen: Screen::default(),
        }
    }

    async fn paste(&self, text: &str) -> Result<Outcome> {
        let input = Cursor::new(text.to_owned().into_bytes());
        Paste::new(input)
            .receive(&self.pending, self.screen.clone())
            .await
    }

    fn state(&self) -> String {
        fake::state(&self.pending)
    }
}

#[tokio::test]
async fn s002_3_the_whole_address_is_taken_however_it_was_copied() {
    for shape in [
        "http://localhost:8080/callback?code=CODE&state=STATE",
        "http://localhost:8080/callback?state=STATE&code=CODE",
        "  http://localhost:8080/callback?code=CODE&state=STATE \r\n",
        "\"http://localhost:8080/callback?code=CODE&state=STATE\"",
        "'http://localhost:8080/callback?code=CODE&state=STATE'",
        "<http://localhost:8080/callback?code=CODE&state=STATE>",
        "http://localhost:8080/callback?code=CODE&state=STATE#",
        "http://localhost:8080/callback?code=CODE&state=STATE#top",
        "http://localhost:8080/callback?utm=1&code=CODE&x=&state=STATE&y",
        "localhost:8080/callback?code=CODE&state=STATE",
        "\n\n\nhttp://localhost:8080/callback?code=CODE&state=STATE",
    ] {
        let login = Login::begin();
        let text = shape.replace("CODE", CODE).replace("STATE", &login.state());
        let outcome = login.paste(&text).await;
        assert!(
            matches!(outcome, Ok(Outcome::Granted(_))),
            "{shape}: {outcome:?} {}",
            login.screen.text()
        );
    }
}

#[tokio::test]
async fn t27_what_is_not_of_this_login_is_refused_and_may_be_tried_again() {
    let login = Login::begin();
    let other = Login::begin();
    let refused = [
        CODE.to_owned(),
        format!("code={CODE}"),
        format!("http://localhost:8080/callback?code={CODE}"),
        format!("http://localhost:8080/callback?code={CODE}&state="),
        format!(
            "http://localhost:8080/callback?code={CODE}&state={}",
            other.state()
        ),
        format!(
            "http://localhost:8080/callback?code={CODE}&code=b&state={}",
            login.state()
        ),
        format!(
            "http://localhost:8080/callback?error=server_error&state={}",
            other.state()
        ),
        "http://localhost:8080/callback".to_owned(),
        "yes=".to_owned(),
        format!(
            "http://localhost:8080/callback?code={CODE}&state={}",
            "x".repeat(6000)
        ),
    ];
    let error = login.paste(&refused.join("\n")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::System, "the input ended");
    assert_eq!(login.fake.requests().len(), 0);
    let screen = login.screen.text();
    let reasons = screen.matches("That ").count();
    assert_eq!(reasons, refused.len(), "{screen}");
    assert!(!screen.contains(CODE) && !screen.contains(&other.state()));
    // The flow is still there.
    let right = format!(
        "http://localhost:8080/callback?code={CODE}&state={}",
        login.state()
    );
    assert!(login.paste(&right).await.is_ok());
    // And then it is not.
    let error = login.paste(&right).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyUsed);
    assert_eq!(login.fake.requests().len(), 1);
}

#[tokio::test]
async fn t27_the_user_is_told_what_the_address_is_worth() {
    let login = Login::begin();
    let denied = format!(
        "http://localhost:8080/callback?error=access_denied&state={}",
        login.state()
    );
    let outcome = login.paste(&denied).await.unwrap();
    assert!(matches!(
        outcome,
        Outcome::Denied {
            is_confirmed: true,
            ..
        }
    ));
    let screen = login.screen.text();
    assert!(screen.contains(login.pending.url()), "{screen}");
    assert!(screen.contains("Never send this address to anyone"), "{screen}");
    assert!(screen.contains("http://localhost:8080/callback"), "{screen}");
    // Notion's guide shows a cancel without a state.
    let login = Login::begin();
    let outcome = login
        .paste("http://localhost:8080/callback?error=access_denied&state=")
        .await
        .unwrap();
    assert!(matches!(
        outcome,
        Outcome::Denied {
            is_confirmed: false,
            ..
        }
    ));
}

/// A terminal where nobody types.
struct Silent;

impl Read for Silent {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        std::thread::sleep(Duration::from_secs(60));
        Ok(0)
    }
}

#[tokio::test]
async fn a_user_who_never_pastes_is_an_error_in_time() {
    let login = Login::begin();
    let paste = Paste::new(BufReader::new(Silent)).deadline(Duration::from_millis(50));
    let error = paste.receive(&login.pending, io::sink()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}
