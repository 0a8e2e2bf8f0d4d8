use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask)]
struct Task<T: notion_core::property::Property<notion_core::kind::CreatedTime> + Send + 'static> {
    #[notion(title)]
    name: String,
    #[notion(created_time)]
    created: T,
}

fn main() {}
