use notion_core::property::{HasKind, Property, WritableProperty};
use notion_core::prelude::*;

#[derive(NotionRow)]
struct Wrapper<T>
where
    T: HasKind + Property<T::Kind> + WritableProperty<T::Kind> + Send + 'static,
{
    #[notion(title)]
    name: String,
    value: T,
}

macro_rules! row {
    ($ty:ty) => {
        #[derive(NotionRow)]
        struct FromMacro {
            value: $ty,
        }
    };
}

row!(Option<f64>);

fn main() {
    let _ = Wrapper::<bool>::VALUE.is(true);
    let _ = FromMacro::VALUE.ge(1.5) & !FromMacro::VALUE.is_empty();
}
