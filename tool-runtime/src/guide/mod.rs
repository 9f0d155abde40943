//! The guide: a page for each thing that a program with tools has to get right, with the desk of a shop as the example.
//!
//! Every snippet is a program that the tests run. What a page leaves out is one link away, in the reference.
//!
//! | page | answers |
//! |---|---|
//! | [`first_tool`] | how do I turn a function into a tool, and a response into results? |
//! | [`state`] | how do tools reach my database, and the user of this request? |
//! | [`errors`] | what does the model read when a call fails, and what does my log have? |
//! | [`effects`] | which calls run at once, which wait, and what is promised of that? |
//! | [`providers`] | what differs between providers, and what do I have to know of it? |
//! | [`streaming`] | how do calls begin while the model is still writing, and how do I show what goes on? |
//! | [`one_call_a_turn`] | what if the model makes one call at a time? |
//! | [`client`] | how does this go together with the HTTP client or SDK that I have? |
//! | [`testing`] | how do I test tools, the loop around them, and their effects? |
//! | [`tenants`] | who may call what, how often, and who is asked first? |
//! | [`deployment`] | what do I set, watch and store in production? |
//! | [`mcp`] | how do editors and agents reach my tools? |
//! | [`workers`] | how do tools run on other machines, and what if one of these dies? |
//! | [`many_tools`] | what do hundreds of tools cost, and how does a model find the one that it needs? |
//! | [`performance`] | when does parallel help, when not, and what does it cost? |
//! | [`turns`] | does my model make use of parallel calls, and how do I get it to? |
//! | [`migration`] | what does my code become, by hand, with rmcp, rig or tools-rs? |
//! | [`cheat_sheet`] | how was that option called? |
//!
//! This module is documentation alone: it is there when rustdoc looks, and no build of a program has it.

#[doc = include_str!("../../docs/guide/cheat_sheet.md")]
pub mod cheat_sheet {}

#[doc = include_str!("../../docs/guide/client.md")]
pub mod client {}

#[doc = include_str!("../../docs/guide/deployment.md")]
pub mod deployment {}

#[doc = include_str!("../../docs/guide/effects.md")]
pub mod effects {}

#[doc = include_str!("../../docs/guide/errors.md")]
pub mod errors {}

#[doc = include_str!("../../docs/guide/first_tool.md")]
pub mod first_tool {}

#[doc = include_str!("../../docs/guide/mcp.md")]
pub mod mcp {}

#[doc = include_str!("../../docs/guide/many_tools.md")]
pub mod many_tools {}

#[doc = include_str!("../../docs/guide/migration.md")]
pub mod migration {}

#[doc = include_str!("../../docs/guide/one_call_a_turn.md")]
pub mod one_call_a_turn {}

#[doc = include_str!("../../docs/guide/performance.md")]
pub mod performance {}

#[doc = include_str!("../../docs/guide/providers.md")]
pub mod providers {}

#[doc = include_str!("../../docs/guide/state.md")]
pub mod state {}

#[doc = include_str!("../../docs/guide/streaming.md")]
pub mod streaming {}

#[doc = include_str!("../../docs/guide/tenants.md")]
pub mod tenants {}

/// Testing tools, the loop around them, and their effects.
///
/// Needs the feature `testing` in `[dev-dependencies]`, which this documentation was built without.
#[cfg(not(feature = "testing"))]
pub mod testing {}

#[cfg(feature = "testing")]
#[doc = include_str!("../../docs/guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../../docs/guide/turns.md")]
pub mod turns {}

#[doc = include_str!("../../docs/guide/workers.md")]
pub mod workers {}
