use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Error, ErrorKind, Response};

/// What is kept of an error, so that it can be shown again: all but its causes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Self {
            kind: error.kind(),
            message: error.0.message.clone().into_owned(),
            hint: own(error.hint()),
            status: error.status().map(|status| status.as_u16()),
            code: own(error.code()),
            request_id: own(error.request_id()),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let status = failure
            .status
            .and_then(|status| StatusCode::from_u16(status).ok());
        let error = Self::new(failure.kind, failure.message).with_response(Response {
            status,
            code: failure.code,
            request_id: failure.request_id,
            retry_after: None,
        });
        match failure.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_the_same_after_it_was_kept() {
        let error = Error::new(ErrorKind::InvalidGrant, "no")
            .with_hint("Again.")
            .with_response(Response {
                status: Some(StatusCode::BAD_REQUEST),
                code: Some("invalid_grant".to_owned()),
                request_id: Some("r".to_owned()),
                retry_after: None,
            });
        let kept = serde_json::to_string(&Failure::from(&error)).unwrap();
        let again = Error::from(serde_json::from_str::<Failure>(&kept).unwrap());
        assert_eq!(again.to_string(), error.to_string());
        assert_eq!(again.kind(), error.kind());
    }
}
