use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(with = "minutes")]
    took: u32,
}

mod minutes {
    use std::time::Duration;

    pub type Value = f64;

    pub fn read(minutes: f64) -> Result<Duration, String> {
        Ok(Duration::from_secs_f64(minutes * 60.0))
    }

    pub fn write(_: &Duration) -> f64 {
        0.0
    }
}

fn main() {}
