//! What stands in the pages, whoever wrote it.

use notion_core::BoxFuture;
use notion_oauth::web::{Page, Pages, Theme, Web, escape, router};
use notion_oauth::{Hooks, Installing, Verdict, Workspaces};

use crate::browser::{App, logged_in};
use crate::fake::{self, Fake, GRANTED};

/// Texts that would be markup if they could.
const CORPUS: [&str; 16] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</h1></main><h1>",
    "</title><svg onload=alert(1)>",
    "</style><script>alert(1)</script>",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "javascript:alert(1)",
    "{{content}}{{nonce}}",
    "a\r\nSet-Cookie: x=1",
    "\u{0}\u{1b}[31m\u{7f}",
    "\u{202e}evil\u{2028}",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
];

/// The tags of a page in their order, attributes and all. Text between them may hold no sign that begins or ends one, and
/// values hold no quotes, so that every parser sees these tags and no others.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        assert!(
            tags.last().is_some_and(|tag: &String| tag.starts_with("style")) || !text.contains('>'),
            "{text}"
        );
        let (tag, after) = after.split_once('>').expect("a tag ends");
        assert!(
            !tag.contains('<') && tag.matches('"').count().is_multiple_of(2),
            "{tag}"
        );
        tags.push(tag.to_owned());
        rest = after;
    }
    tags
}

/// Without the random nonce.
fn shape(html: &str) -> Vec<String> {
    let mut tags = tags(html);
    for tag in &mut tags {
        if tag.starts_with("style nonce=") {
            "style".clone_into(tag);
        }
    }
    tags
}

/// Refuses with a text, or asks for no more.
struct Says(&'static str);

impl Hooks for Says {
    fn may_install<'a>(&'a self, _: &'a Installing) -> BoxFuture<'a, Verdict> {
        Box::pin(async { Verdict::Refuse(self.0.to_owned()) })
    }
}

fn named(workspace: &str) -> String {
    let name = serde_json::to_string(workspace).unwrap();
    GRANTED.replace("\"Acme\"", &name)
}

/// The pages that show a text: of the workspace once connected, of one to disconnect, of a wrong account, of a hook.
async fn pages_with(text: &'static str) -> [String; 4] {
    let fake = Fake::answering(fake::reply(200, named(text)));
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    let connected = browser.allow(&state).await.body;
    let asked = browser
        .get(&format!("/notion/disconnect?bot={}", fake::BOT))
        .await
        .body;
    let asked = asked.split_once("name=\"token\" value=\"").unwrap();
    let (token, after) = asked.1.split_once('"').unwrap();
    assert_eq!(token.len(), 43);
    let asked = format!("{}name=\"token\" value=\"\"{after}", asked.0);

    let fake = Fake::answering(fake::reply(200, named(text)));
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.get("/notion/start?bot=other").await.state();
    let wrong = browser.allow(&state).await.body;

    let connection = fake::builder_to(&Fake::granting(), "https://example.com/notion/callback")
        .build()
        .unwrap();
    let builder = Workspaces::builder(connection).in_memory().hooks(Says(text));
    let workspaces = builder.open().await.unwrap();
    let web = Web::new(workspaces.clone()).unwrap().subject(logged_in);
    let router = axum::Router::new().nest("/notion", router(web));
    let mut browser = App { workspaces, router }.browser_of("ada");
    let state = browser.start().await;
    let refused = browser.allow(&state).await.body;
    [connected, asked, wrong, refused]
}

#[tokio::test]
async fn t20_no_text_of_others_becomes_markup() {
    let plain = pages_with("Acme").await;
    for text in CORPUS {
        for (page, plain) in pages_with(text).await.iter().zip(&plain) {
            assert_eq!(shape(page), shape(plain), "{text}");
            assert!(page.contains(&escape(text)), "{text} is shown as text");
            assert!(!page.contains('\0') && !page.contains('\r'));
        }
    }
}

#[tokio::test]
async fn t20_text_of_the_address_is_in_no_page() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    for code in ["CANARY", "%3Cscript%3ECANARY", "%22%3ECANARY"] {
        let state = browser.start().await;
        for query in [
            format!("error={code}&state={state}"),
            format!("error=server_error&error_description={code}&error_uri=https://{code}&state={state}"),
            format!("error={code}&state={code}"),
            format!("code={code}&state={code}"),
            format!("error=access_denied&{code}={code}"),
        ] {
            let shown = browser.come_back(&query).await;
            assert!(!shown.body.contains("CANARY"), "{}", shown.body);
        }
    }
}

#[tokio::test]
async fn a_theme_or_pages_of_your_own_are_shown() {
    let template = "<html><title>{{title}} - {{product}}</title>{{style}}<nav>Menu</nav>{{content}}</html>";
    let theme = Theme::new()
        .product("Tom & Ada")
        .accent("#FFD400")
        .unwrap()
        .template(template)
        .unwrap();
    let app = App::with(&Fake::default(), |web| web.pages(theme)).await;
    let shown = app.browser().get("/notion/done?problem=cancelled").await;
    assert!(
        shown
            .body
            .starts_with("<html><title>Not connected - Tom &amp; Ada</title><style nonce=")
    );
    assert!(
        shown
            .body
            .contains("<nav>Menu</nav><main class=\"notion-oauth calm\">")
    );
    assert!(shown.body.contains("--accent:#FFD400;--on-accent:#000"));

    struct Plain;
    impl Pages for Plain {
        fn html(&self, page: &Page) -> String {
            format!(
                "{:?} {} {:?}",
                page.kind(),
                page.status(),
                page.actions()[0].label
            )
        }
    }
    let app = App::with(&Fake::default(), |web| web.pages(Plain)).await;
    let shown = app.browser().get("/notion/done?problem=expired").await;
    assert_eq!(shown.body, "Expired 410 Gone \"Try again\"");
}
