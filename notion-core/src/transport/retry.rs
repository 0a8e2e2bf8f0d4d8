use std::time::Duration;

use http::StatusCode;

use crate::api::Effect;

/// When a failed request is sent again. Pure: it neither sleeps nor sends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// How often a request is sent at most.
    pub(crate) attempts: u32,
    /// How long `Retry-After` may be for the request still to wait.
    pub(crate) patience: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 5,
            patience: Duration::from_secs(300),
        }
    }
}

/// How a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It never reached the server.
    NotSent,
    /// It may have reached the server; there is no answer.
    Lost,
    /// The server refused it.
    Status {
        status: StatusCode,
        retry_after: Option<Duration>,
        is_blocked: bool,
    },
}

/// The first delay where the server names none; it doubles from there.
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(60);

impl Policy {
    /// How long to wait before sending again after so many attempts, or `None` to give up.
    ///
    /// `jitter` is a random number from 0 to 1, so that clients that failed together do not come back together.
    ///
    /// Source: <https://developers.notion.com/reference/request-limits>.
    pub(crate) fn delay(
        &self,
        attempts: u32,
        effect: Effect,
        failure: Failure,
        jitter: f64,
    ) -> Option<Duration> {
        let backoff = LONGEST_DELAY
            .min(FIRST_DELAY * 2_u32.saturating_pow(attempts.saturating_sub(1)))
            .mul_f64(jitter);
        let delay = match failure {
            Failure::NotSent => backoff,
            Failure::Lost if effect == Effect::Read => backoff,
            Failure::Lost | Failure::Status { is_blocked: true, .. } => return None,
            Failure::Status {
                status, retry_after, ..
            } => match status.as_u16() {
                // `Retry-After: 0` is no leave to send a storm.
                429 | 529 => retry_after.map_or(backoff, |after| after.max(backoff)),
                // Nothing was saved.
                409 => backoff,
                500 | 502 | 503 | 504 if effect == Effect::Read => {
                    retry_after.map_or(backoff, |after| after.max(backoff))
                }
                _ => return None,
            },
        };
        (attempts < self.attempts && delay <= self.patience.max(LONGEST_DELAY)).then_some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    fn status(status: u16, retry_after: Option<Duration>) -> Failure {
        let status = StatusCode::from_u16(status).unwrap();
        Failure::Status {
            status,
            retry_after,
            is_blocked: false,
        }
    }

    #[test]
    fn what_is_sent_again_and_when() {
        use Effect::{Read, Write};
        let blocked = Failure::Status {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: seconds(1),
            is_blocked: true,
        };
        for (attempts, effect, failure, expected) in [
            (1, Write, status(429, seconds(17)), seconds(17)),
            (1, Write, status(429, seconds(200)), seconds(200)),
            (1, Write, status(429, seconds(301)), None),
            (3, Write, status(429, seconds(0)), seconds(4)),
            (1, Write, status(529, None), seconds(1)),
            (3, Read, status(429, None), seconds(4)),
            (1, Read, blocked, None),
            (1, Write, status(409, None), seconds(1)),
            (1, Read, status(500, None), seconds(1)),
            (2, Read, status(503, seconds(9)), seconds(9)),
            (2, Read, status(503, seconds(0)), seconds(2)),
            (1, Read, status(503, seconds(86_400)), None),
            (1, Write, status(500, None), None),
            (1, Write, status(502, None), None),
            (1, Write, status(503, seconds(9)), None),
            (1, Write, status(504, None), None),
            (1, Read, status(400, None), None),
            (1, Read, status(404, None), None),
            (1, Write, Failure::NotSent, seconds(1)),
            (4, Write, Failure::NotSent, seconds(8)),
            (1, Read, Failure::Lost, seconds(1)),
            (1, Write, Failure::Lost, None),
            (5, Read, status(500, None), None),
            (5, Write, status(429, seconds(1)), None),
        ] {
            let delay = Policy::default().delay(attempts, effect, failure, 1.0);
            assert_eq!(delay, expected, "{attempts} {effect:?} {failure:?}");
        }
    }
}
