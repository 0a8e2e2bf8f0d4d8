use std::io;
use std::net::IpAddr;

use tokio::net::TcpListener;

use crate::error::{Error, ErrorKind, Result};

/// Listens on one port of all addresses. What the machine does not have is passed over, as long as something is left.
///
/// Nobody else can take these sockets over. On Windows that is so because each is bound to one address and without
/// `SO_REUSEADDR`, so that a later socket is refused even if it sets that:
/// <https://learn.microsoft.com/en-us/windows/win32/winsock/using-so-reuseaddr-and-so-exclusiveaddruse>.
pub(super) async fn listen(addresses: &[IpAddr], asked: u16) -> Result<(Vec<TcpListener>, u16)> {
    const ATTEMPTS: usize = 16;
    let mut attempt = 0;
    'again: loop {
        attempt += 1;
        let mut listeners = Vec::with_capacity(addresses.len());
        let (mut port, mut missing) = (asked, None);
        for &address in addresses {
            match TcpListener::bind((address, port)).await {
                Ok(listener) => {
                    port = listener.local_addr().map_err(no_listener)?.port();
                    listeners.push(listener);
                }
                // The system chose a port that is free in one family only.
                Err(error) if is_taken(&error) && asked == 0 && attempt < ATTEMPTS => {
                    continue 'again;
                }
                Err(error) if is_taken(&error) => {
                    return Err(Error::new(
                        ErrorKind::PortInUse,
                        format!("port {port} is taken by another program, on {address}"),
                    )
                    .with_hint(
                        "Stop it, or take a redirect URI with another port, which the Configuration tab of the connection must list too.",
                    )
                    .with_source(error));
                }
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        format!("this user may not listen on port {port}"),
                    )
                    .with_hint("Take a redirect URI with a port above 1023.")
                    .with_source(error));
                }
                Err(error) => missing = Some(error),
            }
        }
        return match missing {
            Some(error) if listeners.is_empty() => Err(no_listener(error)),
            _ => Ok((listeners, port)),
        };
    }
}

/// Windows has no ports that are forbidden to users. It forbids one that another program holds for itself, or that is set
/// aside for virtual machines.
fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrInUse
        || cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied
}

fn no_listener(error: io::Error) -> Error {
    Error::new(
        ErrorKind::System,
        "this machine lets nobody listen on its loopback address",
    )
    .with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address for documentation, which no machine has.
    const NOWHERE: [u8; 4] = [192, 0, 2, 1];

    #[tokio::test]
    async fn a_family_that_the_machine_does_not_have_is_passed_over() {
        let here: IpAddr = [127, 0, 0, 1].into();
        for addresses in [[here, NOWHERE.into()], [NOWHERE.into(), here]] {
            let (listeners, port) = listen(&addresses, 0).await.unwrap();
            assert_eq!(listeners.len(), 1);
            assert_eq!(listeners[0].local_addr().unwrap(), (here, port).into());
        }
        let error = listen(&[NOWHERE.into()], 0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::System);
    }
}
