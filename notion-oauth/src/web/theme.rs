//! How the pages look.

use super::escape;
use super::page::{Page, PageKind};
use crate::error::{Error, ErrorKind, Result};

/// How pages look. [`Theme`] is one that can be adjusted; for anything else write your own.
///
/// ```
/// use notion_oauth::web::{Page, Pages, escape};
///
/// struct Plain;
///
/// impl Pages for Plain {
///     fn html(&self, page: &Page) -> String {
///         let links = page.actions().iter().map(|action| {
///             format!(r#"<a href="{}">{}</a> "#, escape(&action.href), escape(action.label))
///         });
///         let form = page.form().map(|form| {
///             let fields = form.fields.iter().map(|(name, value)| {
///                 format!(r#"<input type="hidden" name="{name}" value="{}">"#, escape(value))
///             });
///             let (action, fields) = (escape(&form.action), fields.collect::<String>());
///             format!(r#"<form method="post" action="{action}">{fields}<button>{}</button></form>"#, form.label)
///         });
///         format!(
///             r#"<!doctype html><title>{title}</title><style nonce="{nonce}">body {{ font-family: serif }}</style>
///             <h1>{title}</h1><p>{text}</p>{form}{links}"#,
///             nonce = page.nonce(),
///             title = escape(page.title()),
///             text = escape(page.text()),
///             form = form.unwrap_or_default(),
///             links = links.collect::<String>(),
///         )
///     }
/// }
/// ```
pub trait Pages: Send + Sync + 'static {
    /// The page as HTML. Its text is plain and has to be [escaped](escape), and its style needs the
    /// [nonce](Page::nonce). Scripts, pictures and other files are not loaded; SVG within the page is shown.
    fn html(&self, page: &Page) -> String;
}

/// A card on a calm ground, light or dark as the user has it, which works without scripts and loads nothing.
///
/// ```
/// use notion_oauth::web::Theme;
///
/// let theme = Theme::new().product("Acme Boards").accent("#6b4fbb")?;
/// assert!(Theme::new().accent("red; background: url(x)").is_err());
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Theme {
    product: String,
    /// The colour of the main button, and that of the text on it.
    accent: (String, &'static str),
    template: String,
}

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

impl Theme {
    /// Without a name, and with blue buttons.
    #[must_use]
    pub fn new() -> Self {
        Self {
            product: String::new(),
            accent: ("#2563eb".to_owned(), "#fff"),
            template: TEMPLATE.to_owned(),
        }
    }

    /// What the application is called: it stands above the card.
    #[must_use]
    pub fn product(mut self, name: impl Into<String>) -> Self {
        self.product = name.into();
        self
    }

    /// The colour of the main button, as `#rrggbb`. The text on it is black or white, whichever is easier to read.
    ///
    /// # Errors
    /// When it is no such colour.
    pub fn accent(mut self, color: &str) -> Result<Self> {
        let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6);
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(value) = value.filter(|_| color.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())) else {
            return Err(Error::new(ErrorKind::Configuration, "the accent is no colour")
                .with_hint("Write it with six digits, as in `#2563eb`."));
        };
        self.accent = (color.to_owned(), text_on(value));
        Ok(self)
    }

    /// HTML of your own around the content. In it, `{{title}}`, `{{product}}` and `{{content}}` stand for what they say,
    /// `{{style}}` for the style of the content, and `{{nonce}}` for the `nonce` of a `<style>` of your own.
    ///
    /// # Errors
    /// When it lacks `{{content}}`, or has another name between such braces.
    pub fn template(mut self, html: impl Into<String>) -> Result<Self> {
        let html = html.into();
        let refused = |why: String| {
            Error::new(
                ErrorKind::Configuration,
                format!("the template of the pages {why}"),
            )
            .with_hint(
                "It has `{{content}}`, and may have `{{title}}`, `{{product}}`, `{{style}}` and `{{nonce}}`.",
            )
        };
        let mut unknown = None;
        let mut has_content = false;
        fill(&html, |name| match name {
            "content" => {
                has_content = true;
                Some(String::new())
            }
            "title" | "product" | "style" | "nonce" => Some(String::new()),
            other => {
                unknown = Some(other.to_owned());
                None
            }
        });
        if let Some(name) = unknown {
            return Err(refused(format!("has `{{{{{name}}}}}`, which stands for nothing")));
        }
        if !has_content {
            return Err(refused("has no `{{content}}`".to_owned()));
        }
        self.template = html;
        Ok(self)
    }

    fn style(&self, nonce: &str) -> String {
        let (accent, text) = &self.accent;
        format!("<style nonce=\"{nonce}\">:root{{--accent:{accent};--on-accent:{text}}}\n{STYLE}</style>")
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::new()
    }
}

impl Pages for Theme {
    fn html(&self, page: &Page) -> String {
        let title = escape(page.title());
        fill(&self.template, |name| match name {
            "title" => Some(title.clone()),
            "product" => Some(escape(&self.product)),
            "content" => Some(content(page)),
            "style" => Some(self.style(page.nonce())),
            "nonce" => Some(page.nonce().to_owned()),
            _ => None,
        })
    }
}

/// What stands on the card.
fn content(page: &Page) -> String {
    let (class, mark) = match page.kind() {
        PageKind::Connected => ("good", "<path d=\"m6 12.5 4 4 8-9\"/>"),
        PageKind::Cancelled | PageKind::Disconnected => ("calm", "<path d=\"M7 12h10\"/>"),
        PageKind::AskDisconnect | PageKind::NotLoggedIn => (
            "calm",
            "<path d=\"M9.2 9.3a2.8 2.8 0 1 1 4.3 2.4c-1 .6-1.5 1.1-1.5 2.3M12 17.5v.1\"/>",
        ),
        _ => ("bad", "<path d=\"M12 6.5v7M12 17.5v.1\"/>"),
    };
    let mut html = format!(
        "<main class=\"notion-oauth {class}\">\
         <svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{mark}</svg><h1>{}</h1><p>{}</p>",
        escape(page.title()),
        escape(page.text()),
    );
    html.push_str("<div class=\"actions\">");
    if let Some(form) = page.form() {
        html.push_str(&format!(
            "<form method=\"post\" action=\"{}\">",
            escape(&form.action)
        ));
        for (name, value) in &form.fields {
            let value = escape(value);
            html.push_str(&format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"
            ));
        }
        html.push_str(&format!(
            "<button class=\"main danger\">{}</button></form>",
            form.label
        ));
    }
    for (at, action) in page.actions().iter().enumerate() {
        let class = if at == 0 && page.form().is_none() {
            " class=\"main\""
        } else {
            ""
        };
        let (href, label) = (escape(&action.href), escape(action.label));
        html.push_str(&format!("<a{class} href=\"{href}\">{label}</a>"));
    }
    html.push_str("</div>");
    if let Some(reference) = page.reference() {
        let reference = escape(reference);
        html.push_str(&format!(
            "<p class=\"reference\">Reference <code>{reference}</code></p>"
        ));
    }
    html + "</main>"
}

/// Puts values for names between double braces. What a value holds is not looked at again.
fn fill(template: &str, mut value: impl FnMut(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        filled.push_str(&value(name.trim()).unwrap_or_default());
        rest = after;
    }
    filled + rest
}

/// The perceived lightness decides.
///
/// Source: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
fn text_on(color: u32) -> &'static str {
    let part = |shift: u32| {
        let part = f64::from((color >> shift) & 0xff) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0);
    if luminance > 0.179 { "#000" } else { "#fff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_says_what_it_lacks() {
        let error = Theme::new().template("<p>{{text}}</p>").unwrap_err().to_string();
        assert!(
            error.contains("{{text}}") && error.contains("{{content}}"),
            "{error}"
        );
        assert!(Theme::new().template("<p>Hello</p>").is_err());
        assert!(Theme::new().template("<p>{{ content }}{{nonce}}</p> {{").is_ok());
    }

    #[test]
    fn t20_a_value_is_not_taken_for_a_template() {
        let filled = fill("a {{x}} b {{y}} {{", |name| Some(format!("[{name}{{{{y}}}}]")));
        assert_eq!(filled, "a [x{{y}}] b [y{{y}}] {{");
    }

    #[test]
    fn text_on_the_accent_can_be_read() {
        for (color, text) in [
            (0x00_00_00, "#fff"),
            (0xff_ff_ff, "#000"),
            (0x25_63_eb, "#fff"),
            (0xff_d4_00, "#000"),
        ] {
            assert_eq!(text_on(color), text, "{color:06x}");
        }
        for bad in ["", "red", "#fff", "#12345g", "#+12345", "#1234567", "2f6feb"] {
            assert!(Theme::new().accent(bad).is_err(), "{bad}");
        }
    }
}
