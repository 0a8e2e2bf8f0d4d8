//! Webhooks: whether a request is Notion's, and which installations it concerns.
//!
//! Notion signs the body of each delivery with the verification token of the subscription. It delivers again, for about a
//! day, what was not answered with a 2xx, so that an event may come more than once: remember the
//! [ids](Event::id) of those that were handled.
//!
//! ```
//! use notion_oauth::webhook::{VerificationToken, Webhook};
//!
//! let webhook = Webhook::new(VerificationToken::new("secret_abc")?);
//! let body = br#"{"id": "e1", "type": "page.created", "accessible_by": [{"id": "b1", "type": "bot"}]}"#; // as it came
//!
//! // The header `X-Notion-Signature`.
//! let signature = "sha256=0d4bd1b6e0d3f5c0d9c4a1f0f6d5e4c3b2a1908f7e6d5c4b3a29180706050403";
//! assert!(webhook.verify(body, signature).is_err(), "answer 401, and look no further");
//! # Ok::<(), notion_oauth::Error>(())
//! ```
//!
//! Source: <https://developers.notion.com/reference/webhooks>.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::id::{BotId, WorkspaceId};

/// Events are small; what is larger is none.
const MAX_BODY: usize = 1 << 20;
/// Notion gives up after about a day.
const MAX_AGE: Duration = Duration::from_secs(26 * 60 * 60);
/// How much the clocks of both sides may differ.
const MAX_SKEW: Duration = Duration::from_secs(10 * 60);

/// Tells the deliveries of one subscription from those of anybody else.
#[derive(Debug, Clone)]
pub struct Webhook {
    token: VerificationToken,
    max_age: Duration,
}

impl Webhook {
    /// For the subscription that has this token.
    #[must_use]
    pub fn new(token: VerificationToken) -> Self {
        Self {
            token,
            max_age: MAX_AGE,
        }
    }

    /// How old an event may be; 26 hours if not set, since Notion tries for about a day. What is older was recorded and
    /// played again.
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// The event of a delivery: the body, byte for byte as it came, and the header `X-Notion-Signature`.
    ///
    /// # Errors
    /// [`Forged`](ErrorKind::Forged) when it is not signed with the token, is too old, or is no event: answer 401.
    pub fn verify(&self, body: &[u8], signature: &str) -> Result<Event> {
        if !self.is_signed(body, signature) {
            return Err(forged("is not signed by Notion"));
        }
        let event = Event::read(body).ok_or_else(|| forged("is no event"))?;
        let now = Timestamp::now();
        let is_in_time = |time: Timestamp| {
            let age = now.duration_since(time);
            match Duration::try_from(age) {
                Ok(age) => age <= self.max_age,
                Err(_) => age.unsigned_abs() <= MAX_SKEW,
            }
        };
        if !event.timestamp.is_none_or(is_in_time) {
            return Err(forged("is too old, or of the future"));
        }
        Ok(event)
    }

    fn is_signed(&self, body: &[u8], signature: &str) -> bool {
        let Some(signature) = signature.strip_prefix("sha256=").and_then(bytes) else {
            return false;
        };
        // HMAC takes keys of any length. Its comparison takes the same time wherever the two differ.
        Hmac::<Sha256>::new_from_slice(self.token.expose().as_bytes())
            .is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
    }
}

/// The 32 bytes that 64 hexadecimal digits stand for.
fn bytes(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let mut bytes = [0; 32];
    if digits.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Some(bytes)
}

fn forged(why: &str) -> Error {
    Error::new(ErrorKind::Forged, format!("the delivery {why}"))
        .with_hint("Answer 401, and take nothing from it.")
}

/// What happened, as Notion tells it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The id of the event: the same in each delivery of it.
    pub id: String,
    /// What happened, such as `page.created`.
    pub kind: String,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// In which workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// The bots that may see it: the installations whose tokens can read the entity.
    pub bots: Vec<BotId>,
    /// The id of the page, database or other thing that it happened to.
    pub entity_id: Option<String>,
    /// The whole event.
    pub raw: Value,
}

impl Event {
    fn read(body: &[u8]) -> Option<Self> {
        if body.len() > MAX_BODY {
            return None;
        }
        let raw: Value = serde_json::from_slice(body).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let is_bot = |actor: &&Value| actor["type"] == "bot";
        Some(Self {
            id: text(&raw["id"])?,
            kind: text(&raw["type"])?,
            timestamp: raw["timestamp"].as_str().and_then(|time| time.parse().ok()),
            workspace_id: raw["workspace_id"]
                .as_str()
                .and_then(|id| WorkspaceId::new(id).ok()),
            bots: raw["accessible_by"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(is_bot)
                .filter_map(|bot| BotId::new(bot["id"].as_str()?).ok())
                .collect(),
            entity_id: text(&raw["entity"]["id"]),
            raw,
        })
    }
}

/// The token of a subscription, with which its deliveries are signed. `Debug` hides it, and its memory is overwritten when it is
/// dropped.
///
/// It cannot be compared, as `==` takes longer the more of a guess is right:
///
/// ```compile_fail,E0369
/// fn is(secret: &notion_oauth::webhook::VerificationToken, guess: &notion_oauth::webhook::VerificationToken) -> bool {
///     secret == guess
/// }
/// ```
#[derive(Clone)]
pub struct VerificationToken(Zeroizing<String>);

impl VerificationToken {
    /// Takes a token, without white space at its ends.
    ///
    /// # Errors
    /// When it is empty: anybody could sign with that.
    pub fn new(token: impl Into<String>) -> Result<Self> {
        let token = Zeroizing::new(token.into());
        let token = Zeroizing::new(token.trim().to_owned());
        if token.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the verification token of the webhook is empty",
            )
            .with_hint("Notion sends it once, when the subscription is made: see `Handshake`."));
        }
        Ok(Self(token))
    }

    /// The token itself, to store it, and to paste it where Notion asks for it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VerificationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationToken(…)")
    }
}

/// The first delivery of a subscription, which brings its token and cannot be signed with it.
///
/// Anybody can send such a request, and would sign all events from then on. So it is taken once, and only for a short
/// while after somebody who runs the program has asked for it, just before making the subscription in Notion.
///
/// ```
/// use std::time::Duration;
/// use notion_oauth::webhook::Handshake;
///
/// let handshake = Handshake::arm(Duration::from_secs(120));
/// let token = handshake.take(br#"{"verification_token": "secret_abc"}"#)?;
/// assert_eq!(token.expose(), "secret_abc"); // store it, and paste it into Notion's dialog
/// assert!(handshake.take(br#"{"verification_token": "secret_evil"}"#).is_err());
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Debug)]
pub struct Handshake {
    armed: Instant,
    window: Duration,
    is_done: AtomicBool,
}

impl Handshake {
    /// Waits for a token from now on, for so long.
    #[must_use]
    pub fn arm(window: Duration) -> Self {
        Self {
            armed: Instant::now(),
            window,
            is_done: AtomicBool::new(false),
        }
    }

    /// The token that a body brings.
    ///
    /// # Errors
    /// [`Forged`](ErrorKind::Forged) when none is expected any more, or the body brings none.
    pub fn take(&self, body: &[u8]) -> Result<VerificationToken> {
        #[derive(Deserialize)]
        struct Body {
            verification_token: String,
        }
        if self.armed.elapsed() > self.window {
            return Err(forged("brings a verification token, and none is expected now"));
        }
        let body = body.get(..body.len().min(MAX_BODY)).unwrap_or_default();
        let token = serde_json::from_slice::<Body>(body)
            .ok()
            .and_then(|body| VerificationToken::new(body.verification_token).ok())
            .ok_or_else(|| forged("brings no verification token"))?;
        if self.is_done.swap(true, Ordering::AcqRel) {
            return Err(forged("brings a second verification token"));
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl";

    fn webhook(token: &str) -> Webhook {
        Webhook::new(VerificationToken::new(token).unwrap())
    }

    fn sign(body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(TOKEN.as_bytes()).unwrap();
        let digest = mac.chain_update(body).finalize().into_bytes();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={hex}")
    }

    /// The second and third are what `signWebhookPayload` of the official JavaScript client gives; the first is of RFC 4231.
    #[test]
    fn t33_t11_signatures_are_those_of_the_official_client_as_a_whole() {
        for (token, body, signature) in [
            (
                "Jefe",
                "what do ya want for nothing?",
                "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                TOKEN,
                r#"{"id":"367cba44-b6f3-4c92-81e7-6a2e9659efd4","type":"page.created","text":"é🦀"}"#,
                "sha256=902a56f6bcfb080defce4726fc765635ad88a4f6a0d82ab27de5d49982e1309b",
            ),
            (
                TOKEN,
                "",
                "sha256=e482a3fd1ac21103ced304e676969d9e3a6ff10fec05de81820114a4bf2c6b74",
            ),
        ] {
            let hex = &signature[7..];
            assert!(webhook(token).is_signed(body.as_bytes(), signature));
            assert!(webhook(token).is_signed(body.as_bytes(), &format!("sha256={}", hex.to_uppercase())));
            for wrong in [
                String::new(),
                "sha256=".to_owned(),
                hex.to_owned(),
                format!("sha1={hex}"),
                format!("SHA256={hex}"),
                format!("sha256={}", &hex[..63]),
                format!("sha256={hex}0"),
                format!("sha256={}g", &hex[..63]),
                format!("sha256={}é", &hex[..62]),
                format!("sha256= {hex}"),
                format!("sha256={}", hex.replace(['0', '5'], "1")),
                format!("{signature}{hex}"),
                format!("sha256={}", "0".repeat(64)),
            ] {
                assert!(!webhook(token).is_signed(body.as_bytes(), &wrong), "{wrong}");
            }
            assert!(!webhook("another").is_signed(body.as_bytes(), signature));
            assert!(!webhook(token).is_signed(format!("{body} ").as_bytes(), signature));
        }
    }

    #[test]
    fn t33_an_event_leads_to_the_bots_that_may_see_it() {
        let body = format!(
            r#"{{"id":"e1","timestamp":"{}","type":"page.created","workspace_id":"w1","entity":{{"id":"p1","type":"page"}},
               "accessible_by":[{{"id":"b1","type":"bot"}},{{"id":"u1","type":"person"}},{{"id":"b2","type":"bot"}}],"new":1}}"#,
            Timestamp::now()
        );
        let event = webhook(TOKEN)
            .verify(body.as_bytes(), &sign(body.as_bytes()))
            .unwrap();
        let bots: Vec<_> = event.bots.iter().map(BotId::as_str).collect();
        assert_eq!(bots, ["b1", "b2"]);
        assert_eq!((event.id.as_str(), event.kind.as_str()), ("e1", "page.created"));
        assert_eq!(event.entity_id.as_deref(), Some("p1"));
        assert_eq!(event.workspace_id.unwrap().as_str(), "w1");
        assert_eq!(event.raw["new"], 1);
        let error = webhook(TOKEN).verify(b"{}", &sign(b"{}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forged);
        let error = webhook(TOKEN).verify(body.as_bytes(), &sign(b"{}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forged);
    }

    #[test]
    fn t33_what_was_recorded_is_not_played_again() {
        let hour = jiff::SignedDuration::from_hours(1);
        for (time, is_taken) in [
            (Timestamp::now() - hour * 25, true),
            (Timestamp::now() - hour * 27, false),
            (Timestamp::now() + hour, false),
        ] {
            let body = format!(r#"{{"id":"e1","type":"page.created","timestamp":"{time}"}}"#);
            let result = webhook(TOKEN).verify(body.as_bytes(), &sign(body.as_bytes()));
            assert_eq!(result.is_ok(), is_taken, "{time}");
        }
    }

    #[test]
    fn t33_a_token_is_taken_once_and_in_time() {
        let body = br#"{"verification_token":"secret_CANARY"}"#;
        let late = Handshake::arm(Duration::ZERO);
        std::thread::sleep(Duration::from_millis(2));
        let error = late.take(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forged);
        let handshake = Handshake::arm(Duration::from_secs(60));
        assert!(handshake.take(b"{}").is_err());
        assert!(handshake.take(br#"{"verification_token":" "}"#).is_err());
        let token = handshake.take(body).unwrap();
        assert!(!format!("{token:?} {handshake:?}").contains("CANARY"));
        assert!(handshake.take(body).is_err());
    }
}
