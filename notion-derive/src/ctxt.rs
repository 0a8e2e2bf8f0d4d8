use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

/// Collects the errors of a run, so that all mistakes are reported at once.
///
/// It must be read by [`emit`](Ctxt::emit); dropping it unread is a bug.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// Reports a mistake at `tokens`.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens.into_token_stream(), message));
    }

    /// Reports a mistake at a place of which there is no token.
    pub(crate) fn error_at(&self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// The code of an input without mistakes; or else their `compile_error!`s, and a stand-in that keeps the rest of the
    /// program from being reported as well.
    pub(crate) fn emit(
        self,
        code: impl FnOnce() -> TokenStream,
        stand_in: impl FnOnce() -> TokenStream,
    ) -> TokenStream {
        match self.finish() {
            None => code(),
            Some(errors) => {
                let stand_in = stand_in();
                quote!(#errors #stand_in)
            }
        }
    }

    fn finish(self) -> Option<TokenStream> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        let all = errors.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        all.map(|error| error.to_compile_error())
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.errors.borrow().is_some() {
            panic!("the errors of a derive were not looked at");
        }
    }
}
