use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(name = "Host")]
    host: std::net::IpAddr,
}

fn main() {}
