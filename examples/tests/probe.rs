//! What the probe finds out about simulators that treat used tokens differently.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use notion_core::transport::{HttpClient, Transport};
use notion_sim::{OAuthSettings, RefreshMode, Sim};

/// Runs it, and goes where it sends its user: to allow, to allow again, and to cancel.
async fn report(settings: OAuthSettings) -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let redirect_uri = format!("http://127.0.0.1:{}/callback", free.local_addr().unwrap().port());
    drop(free);
    let sim = Sim::builder()
        .redirect_uri(&redirect_uri)
        .auto_approve(true)
        .oauth_settings(settings)
        .start()
        .await
        .unwrap();
    let client = sim.oauth();
    let secret = client.client_secret.clone();
    let mut program = Command::new(env!("CARGO_BIN_EXE_probe"))
        .env("NOTION_BASE_URL", sim.base_url())
        .env("NOTION_CLIENT_ID", client.client_id)
        .env("NOTION_CLIENT_SECRET", client.client_secret)
        .env("NOTION_REDIRECT_URI", &redirect_uri)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let http = HttpClient::new(Duration::from_secs(10)).unwrap();
    let send = async |request: http::request::Builder, body: String| {
        http.send(request.body(Bytes::from(body)).unwrap()).await.unwrap()
    };
    let mut text = String::new();
    for line in BufReader::new(program.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
    {
        let Some(url) = line.strip_prefix("    http") else {
            text += &line;
            text += "\n";
            continue;
        };
        let is_cancelled = text.contains("Cancel");
        sim.set_auto_approve(!is_cancelled);
        let mut answer = send(http::Request::get(format!("http{url}")), String::new()).await;
        if is_cancelled {
            let page = std::str::from_utf8(answer.body()).unwrap();
            let (_, consent) = page.split_once("name=\"consent\" value=\"").unwrap();
            let form = format!("consent={}&decision=cancel", consent.split('"').next().unwrap());
            answer = send(
                http::Request::post(format!("{}/_sim/oauth/consent", sim.base_url())),
                form,
            )
            .await;
        }
        let back = answer.headers()[http::header::LOCATION].to_str().unwrap();
        send(http::Request::get(back), String::new()).await;
    }
    program.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(program.wait().unwrap().success(), "{text}");
    for secret in ["ntn_", "nrt_", &secret] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_tells_servers_apart() {
    let settings = |mode| OAuthSettings::default().refresh_mode(mode);
    insta::assert_snapshot!("strict", report(settings(RefreshMode::Strict)).await);
    let lenient = settings(RefreshMode::Grace).notion_errors(true);
    insta::assert_snapshot!("grace", report(lenient).await);
}
