//! The runtime behind another crate, and tools that the other crate's macro makes.

use agent_kit::runtime::ToolList;
use agent_kit::{Provide, lookup, tool, tools};

/// The company's books.
#[derive(Debug)]
pub struct Books;

/// What the tools work on.
#[derive(Debug, Provide)]
#[provide(crate = ::agent_kit::runtime)]
pub struct Shelf {
    /// Lent as they are.
    pub books: Books,
    /// Not lent.
    #[provide(skip)]
    pub secret: Books,
}

lookup! {
    /// Look up a book.
    pub get_book as GetBook in Books
}

lookup! {
    /// Look up an author.
    pub get_author as GetAuthor in Books
}

/// Open the shelf.
#[tool(crate = ::agent_kit::runtime)]
pub async fn open(#[state] shelf: &Shelf) -> String {
    format!("{:?}", shelf.secret)
}

/// The runtime by a path of the user's own.
mod inner {
    pub(super) use agent_kit::runtime as kit;

    /// Close the shelf.
    #[agent_kit::tool(crate = crate::facade::inner::kit)]
    pub(super) async fn close() {}
}

/// All of them.
#[must_use]
pub fn list() -> ToolList<Shelf> {
    tools![GetBook, GetAuthor, open, inner::close]
}
