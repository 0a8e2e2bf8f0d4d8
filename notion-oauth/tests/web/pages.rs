//! What stands in the pages, whoever wrote it.

use notion_core::BoxFuture;
use notion_oauth::web::{Page, Pages, Theme, Web, escape, router};
use notion_oauth::{Hooks, Installing, Verdict, Workspaces};
use scraper::{Html, Node, Selector};

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

/// The elements of a page as a browser sees them, in their order, with their attributes but without the random nonce. A
/// page that a browser would have to mend is none of ours.
fn shape(html: &str) -> Vec<String> {
    let parsed = Html::parse_document(html);
    assert!(parsed.errors.is_empty(), "{:?} in {html}", parsed.errors);
    let mut shape = Vec::new();
    for node in parsed.tree.root().descendants() {
        let element = match node.value() {
            Node::Element(element) => element,
            Node::Comment(comment) => panic!("{comment:?} in {html}"),
            _ => continue,
        };
        let attributes = element
            .attrs()
            .filter(|(name, _)| *name != "nonce")
            .map(|(name, value)| format!(" {name}={value:?}"));
        shape.push(element.name().to_owned() + &attributes.collect::<String>());
    }
    shape
}

/// What a page says, as a browser shows it.
fn text(html: &str) -> String {
    let parsed = Html::parse_document(html);
    let main = Selector::parse("main").unwrap();
    parsed.select(&main).flat_map(|main| main.text()).collect()
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
    for evil in CORPUS {
        for (page, plain) in pages_with(evil).await.iter().zip(&plain) {
            assert_eq!(shape(page), shape(plain), "{evil}");
            assert!(page.contains(&escape(evil)), "{evil} is shown as text");
            // Control characters are shown as what they are: none that a page may hold.
            let shown = evil.replace(char::is_control, "\u{fffd}");
            assert!(text(page).contains(&shown), "{shown} in {page}");
        }
    }
}

#[tokio::test]
async fn t20_text_of_the_address_is_in_no_page() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let words = ["CANARY", "<script>CANARY", "\">CANARY"]
        .into_iter()
        .chain(CORPUS);
    for word in words {
        let code = encode(word);
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
            assert!(
                !text(&shown.body).contains(word.trim()),
                "{word} in {}",
                shown.body
            );
            let elements = shape(&shown.body);
            let is_ours = |element: &String| !element.contains("script") && !element.contains(" on");
            assert!(elements.iter().all(is_ours), "{elements:?}");
        }
        // Where to go on is the one text of the address that a page has, and only in its links.
        let shown = browser.get(&format!("/notion/start?return_to=/{code}")).await;
        if shown.status == http::StatusCode::SEE_OTHER {
            let state = shown.state();
            let shown = browser
                .come_back(&format!("error=access_denied&state={state}"))
                .await;
            let plain = browser.get("/notion/start?return_to=/x").await.state();
            let plain = browser
                .come_back(&format!("error=access_denied&state={plain}"))
                .await;
            let names = |html: &str| -> Vec<String> {
                let first = |element: &String| element.split(' ').next().unwrap_or_default().to_owned();
                shape(html).iter().map(first).collect()
            };
            assert_eq!(names(&shown.body), names(&plain.body), "{word}");
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
