use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(parse)]
    hosts: Vec<std::net::IpAddr>,
}

fn main() {}
