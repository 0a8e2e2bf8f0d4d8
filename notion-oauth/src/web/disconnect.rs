//! Removing an installation: asked on a page of our own, and done only from there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Response;
use http::request::Parts;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::problem::Problem;
use super::{Subject, Web};
use crate::binding::Binding;
use crate::error::ErrorKind;
use crate::id::BotId;
use crate::query::parameters;

impl Web {
    pub(super) async fn ask_disconnect(&self, parts: &Parts) -> Response<String> {
        let query = parts.uri.query().unwrap_or_default();
        let Ok([Some(bot)]) = parameters(query, ["bot"]) else {
            return self.tell(Problem::Broken);
        };
        let (bot, visitor) = match (BotId::new(&*bot), self.remover(parts)) {
            (Ok(bot), Ok(visitor)) => (bot, visitor),
            (Err(_), _) => return self.tell(Problem::Broken),
            (_, Err(problem)) => return self.tell(problem),
        };
        let installation = match self.workspaces.tenant(&visitor.tenant).get(&bot).await {
            Ok(installation) => installation,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.tell(Problem::NotFound),
            Err(error) => return self.fail(None, &error),
        };
        let brought = self.binding(&parts.headers);
        let binding = match brought.clone().map_or_else(Binding::generate, Ok) {
            Ok(binding) => binding,
            Err(error) => return self.fail(None, &error),
        };
        let token = token(&binding, &visitor, &bot);
        let response = self.show(self.ask_disconnect_page(&installation, token));
        match brought {
            Some(_) => response,
            None => self.with_cookie(response, &binding),
        }
    }

    pub(super) async fn disconnect(&self, parts: &Parts, body: &[u8]) -> Response<String> {
        // Older browsers do not say where a form came from; for them the token alone decides.
        let site = parts.headers.get("sec-fetch-site");
        if site.is_some_and(|site| site != "same-origin") {
            return self.go_tell(Problem::Stale);
        }
        let form = std::str::from_utf8(body).unwrap_or_default();
        let Ok([Some(bot), Some(sent)]) = parameters(form, ["bot", "token"]) else {
            return self.go_tell(Problem::Stale);
        };
        let (Ok(bot), Some(binding)) = (BotId::new(&*bot), self.binding(&parts.headers)) else {
            return self.go_tell(Problem::Stale);
        };
        let visitor = match self.remover(parts) {
            Ok(visitor) => visitor,
            Err(problem) => return self.go_tell(problem),
        };
        let token = token(&binding, &visitor, &bot);
        if !bool::from(token.as_bytes().ct_eq(sent.as_bytes())) {
            return self.go_tell(Problem::Stale);
        }
        match self.workspaces.tenant(&visitor.tenant).uninstall(&bot).await {
            Ok(_) => self.go_tell(Problem::Disconnected),
            Err(error) if error.kind() == ErrorKind::NotFound => self.go_tell(Problem::NotFound),
            // Nobody is given the tokens any more, and `Workspaces::recover` goes on revoking them.
            Err(error) if error.is_retryable() && error.kind() != ErrorKind::Busy => {
                tracing::warn!(bot_id = %bot, %error, "an installation is removed here, and not yet at Notion");
                self.go_tell(Problem::DisconnectedHere)
            }
            Err(error) => {
                tracing::error!(bot_id = %bot, %error, "an installation could not be removed");
                self.go_tell(Problem::Inside)
            }
        }
    }

    /// Who may remove what their tenant has. Where nobody logs in, nobody has anything.
    fn remover(&self, parts: &Parts) -> Result<Subject, Problem> {
        self.visitor(parts)?.ok_or(Problem::NotFound)
    }
}

/// What only a page of ours knows, for this browser, user and installation: other sites read neither cookie nor page.
fn token(binding: &Binding, visitor: &Subject, bot: &BotId) -> String {
    let mut digest = Sha256::new();
    for part in [
        "disconnect",
        &visitor.id,
        visitor.tenant.as_str(),
        bot.as_str(),
        binding.expose(),
    ] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TenantId;

    #[test]
    fn t32_a_token_is_good_for_one_browser_user_and_installation() {
        let [mine, theirs] = [(); 2].map(|()| Binding::generate().unwrap());
        let user = |id: &str, tenant: &str| Subject::new(id, TenantId::new(tenant).unwrap());
        let bot = |id: &str| BotId::new(id).unwrap();
        let own = token(&mine, &user("ada", "acme"), &bot("b"));
        assert_eq!(own, token(&mine, &user("ada", "acme"), &bot("b")));
        for other in [
            token(&theirs, &user("ada", "acme"), &bot("b")),
            token(&mine, &user("bob", "acme"), &bot("b")),
            token(&mine, &user("ada", "other"), &bot("b")),
            token(&mine, &user("ada", "acme"), &bot("c")),
            token(&mine, &user("adaa", "cme"), &bot("b")),
        ] {
            assert_ne!(own, other);
        }
    }
}
