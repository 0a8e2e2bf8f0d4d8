/// What a [`Span`](super::Span) looks like.
///
/// Source: <https://developers.notion.com/reference/rich-text#the-annotation-object>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub struct Annotations {
    pub bold: bool,
    pub italic: bool,
    pub strikethrough: bool,
    pub underline: bool,
    pub code: bool,
    pub color: TextColor,
}

/// The colour of text, or of what is behind it.
///
/// ```
/// use notion_core::TextColor;
///
/// assert_eq!(TextColor::from_name("red_background"), TextColor::RedBackground);
/// assert_eq!(TextColor::from_name("teal").name(), "teal");
/// ```
///
/// Source: <https://developers.notion.com/reference/rich-text#the-annotation-object>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum TextColor {
    #[default]
    Default,
    Gray,
    Brown,
    Orange,
    Yellow,
    Green,
    Blue,
    Purple,
    Pink,
    Red,
    DefaultBackground,
    GrayBackground,
    BrownBackground,
    OrangeBackground,
    YellowBackground,
    GreenBackground,
    BlueBackground,
    PurpleBackground,
    PinkBackground,
    RedBackground,
    /// A colour that this version does not know, by its name in the API.
    Other(Box<str>),
}

impl Annotations {
    /// Whether it looks like any text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

impl TextColor {
    /// The colour of that name in the API.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        COLORS
            .iter()
            .find(|(_, known)| *known == name)
            .map_or_else(|| Self::Other(name.into()), |(color, _)| color.clone())
    }

    /// What the API calls it: `red`, `red_background`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => COLORS
                .iter()
                .find(|(color, _)| color == known)
                .map_or("default", |(_, name)| name),
        }
    }
}

/// The colours that have a name in this version.
const COLORS: [(TextColor, &str); 20] = [
    (TextColor::Default, "default"),
    (TextColor::Gray, "gray"),
    (TextColor::Brown, "brown"),
    (TextColor::Orange, "orange"),
    (TextColor::Yellow, "yellow"),
    (TextColor::Green, "green"),
    (TextColor::Blue, "blue"),
    (TextColor::Purple, "purple"),
    (TextColor::Pink, "pink"),
    (TextColor::Red, "red"),
    (TextColor::DefaultBackground, "default_background"),
    (TextColor::GrayBackground, "gray_background"),
    (TextColor::BrownBackground, "brown_background"),
    (TextColor::OrangeBackground, "orange_background"),
    (TextColor::YellowBackground, "yellow_background"),
    (TextColor::GreenBackground, "green_background"),
    (TextColor::BlueBackground, "blue_background"),
    (TextColor::PurpleBackground, "purple_background"),
    (TextColor::PinkBackground, "pink_background"),
    (TextColor::RedBackground, "red_background"),
];
