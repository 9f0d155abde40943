//! Toolboxes with effects that are wrong in one way each: what is said of them.

use std::time::Duration;

use tokio::task::yield_now;
use tool_runtime::batch::OnFailure;
use tool_runtime::testing::Equivalence;
use tool_runtime::tool::Access;
use tool_runtime::{CallContext, Policy, ToolError, tool, tools};

use crate::shop::{
    Shop, add_item, balance, calls, check, difference, rest, toolbox, total, transfer,
};

#[track_caller]
fn assert_says(difference: &impl ToString, expected: &str) {
    let said = difference.to_string();
    assert!(
        said == expected,
        "\n--- said\n{said}\n--- expected\n{expected}\n---"
    );
}

/// Say what a cart comes to, and declare nothing.
#[tool(name = "total")]
async fn undeclared_total(
    /// The cart.
    cart_id: u64,
    #[state] shop: &Shop,
) -> u64 {
    total(cart_id, shop).await
}

#[tokio::test]
async fn reads_that_are_missing() {
    let batch = [
        r#"rest {"milliseconds": 0}"#,
        r#"add_item {"cart_id": 8, "price": 30}"#,
        r#"add_item {"cart_id": 7, "price": 30}"#,
        r#"total {"cart_id": 8}"#,
    ];
    let difference = difference(tools![add_item, undeclared_total, rest], &batch).await;
    assert_says(
        &difference,
        r##"`add_item` (call 1) and `total` (call 2) do not commute, and nothing says that they conflict:
  1  add_item {"cart_id": 8, "price": 30}
     declares that it writes `cart:8`
  2  total {"cart_id": 8}
     declares nothing
One by one, call 2 answers 30.
Interleaved (seed 1), it answers 0.
`total` reads what `add_item` writes. Declare it; this is a proposal, from what `add_item` declares:
    #[tool(reads("cart:{cart_id}"))]    // total"##,
    );
    assert_eq!(difference.pair(), Some((0, 1)));
    assert_eq!(difference.calls().len(), 2);
    let declarations: Vec<_> = difference.declarations().collect();
    assert_eq!(
        declarations,
        [("total", r#"#[tool(reads("cart:{cart_id}"))]"#)]
    );
    // It is to be had again.
    let seed = difference.seed().expect("a seed");
    let again = Equivalence::of(&toolbox(tools![add_item, undeclared_total]), Shop::default)
        .batch(difference.calls())
        .seed(seed)
        .interleavings(1);
    assert!(again.run().await.is_err());
}

/// Put something into a cart, and declare that it is read.
#[tool(name = "add_item", reads("cart:{cart_id}"))]
async fn reading_add_item(
    /// The cart.
    cart_id: u64,
    /// What it costs.
    price: u64,
    #[state] shop: &Shop,
) -> usize {
    add_item(cart_id, price, shop).await
}

#[tokio::test]
async fn writes_that_are_missing() {
    let batch = [
        r#"add_item {"cart_id": 7, "price": 30}"#,
        r#"total {"cart_id": 7}"#,
    ];
    assert_says(
        &difference(tools![reading_add_item, total], &batch).await,
        r##"`add_item` (call 1) and `total` (call 2) do not commute, and nothing says that they conflict:
  1  add_item {"cart_id": 7, "price": 30}
     declares that it reads `cart:7`
  2  total {"cart_id": 7}
     declares that it reads `cart:7`
One by one, call 2 answers 30.
Interleaved (seed 1), it answers 0.
`add_item` writes what `total` reads. Declare it; this is a proposal, from what `total` declares:
    #[tool(writes("cart:{cart_id}"))]    // add_item"##,
    );
}

/// Move money, and declare one side of it.
#[tool(name = "transfer", writes("account:{from}"))]
async fn one_sided_transfer(
    /// From here.
    from: u64,
    /// To there.
    to: u64,
    /// So much.
    amount: i64,
    #[state] shop: &Shop,
) {
    transfer(from, to, amount, shop).await;
}

#[tokio::test]
async fn a_wrong_hole() {
    let batch = [
        r#"transfer {"from": 1, "to": 2, "amount": 5}"#,
        r#"balance {"account": 2}"#,
    ];
    assert_says(
        &difference(tools![one_sided_transfer, balance], &batch).await,
        r##"`transfer` (call 1) and `balance` (call 2) do not commute, and nothing says that they conflict:
  1  transfer {"from": 1, "to": 2, "amount": 5}
     declares that it writes `account:1`
  2  balance {"account": 2}
     declares that it reads `account:2`
One by one, call 2 answers 5.
Interleaved (seed 1), it answers 0.
`transfer` writes what `balance` reads. Declare it; this is a proposal, from what `balance` declares:
    #[tool(writes("account:{from}", "account:{to}"))]    // transfer"##,
    );
}

/// Say what is in an account, under another domain.
#[tool(name = "balance", reads("accounts:{account}"))]
async fn misnamed_balance(
    /// The account.
    account: u64,
    #[state] shop: &Shop,
) -> i64 {
    balance(account, shop).await
}

#[tokio::test]
async fn a_wrong_domain() {
    let batch = [
        r#"transfer {"from": 1, "to": 2, "amount": 5}"#,
        r#"balance {"account": 2}"#,
    ];
    assert_says(
        &difference(tools![transfer, misnamed_balance], &batch).await,
        r##"`transfer` (call 1) and `balance` (call 2) do not commute, and nothing says that they conflict:
  1  transfer {"from": 1, "to": 2, "amount": 5}
     declares that it writes `account:1` and `account:2`
  2  balance {"account": 2}
     declares that it reads `accounts:2`
One by one, call 2 answers 5.
Interleaved (seed 1), it answers 0.
`balance` reads what `transfer` writes. Declare it; this is a proposal, from what `transfer` declares:
    #[tool(reads("accounts:{account}", "account:{account}"))]    // balance"##,
    );
}

/// Write a file, whose path is declared as one segment.
#[tool(writes("fs:{path}"))]
async fn write_file(
    /// Where.
    path: String,
    /// What.
    text: String,
    #[state] shop: &Shop,
) {
    shop.write(|stock| stock.files.insert(path, text)).await;
}

/// List a folder.
#[tool(reads("fs:{folder/}"))]
async fn list_folder(
    /// Which.
    folder: String,
    #[state] shop: &Shop,
) -> Vec<String> {
    shop.read(|stock| {
        let files = stock.files.keys();
        files
            .filter(|file| file.starts_with(&folder))
            .cloned()
            .collect()
    })
    .await
}

#[tokio::test]
async fn a_path_that_is_one_segment() {
    let batch = [
        r#"write_file {"path": "src/main.rs", "text": "main"}"#,
        r#"list_folder {"folder": "src"}"#,
    ];
    assert_says(
        &difference(tools![write_file, list_folder], &batch).await,
        r##"`write_file` (call 1) and `list_folder` (call 2) do not commute, and nothing says that they conflict:
  1  write_file {"path": "src/main.rs", "text": "main"}
     declares that it writes `fs:src%2Fmain.rs`
  2  list_folder {"folder": "src"}
     declares that it reads `fs:src`
One by one, call 2 answers "src/main.rs".
Interleaved (seed 1), it answers nothing. That is at `/0`.
`write_file` writes what `list_folder` reads. Declare it; this is a proposal, from what `list_folder` declares:
    #[tool(writes("fs:{path/}"))]    // write_file"##,
    );
}

/// Take a number.
#[tool(pure)]
async fn take_number(#[state] shop: &Shop) -> u64 {
    shop.write(|stock| {
        stock.served += 1;
        stock.served
    })
    .await
}

#[tokio::test]
async fn what_is_pure_and_counts() {
    assert_says(
        &difference(tools![take_number], &["take_number", "take_number"]).await,
        r##"`take_number` (call 1) and `take_number` (call 2) do not commute, and nothing says that they conflict:
  1  take_number {}
     says that it is `pure`
  2  take_number {}
     says that it is `pure`
One by one, call 1 answers 1.
Interleaved (seed 1), it answers 2.
What both write is at `/served` in the state. Declare it, under any name that is the same for both; this is a proposal, from that place:
    #[tool(writes("served"))]    // take_number"##,
    );
}

/// Set a price and declare nothing: read, then write.
#[tool]
async fn raise_price(
    /// Of what.
    item: String,
    /// By how much.
    by: u64,
    #[state] shop: &Shop,
) {
    let price = shop.read(|stock| stock.prices.get(&item).copied().unwrap_or_default());
    let price = price.await;
    shop.write(|stock| stock.prices.insert(item, price + by))
        .await;
}

#[tokio::test]
async fn an_update_that_is_lost() {
    let batch = [
        r#"raise_price {"item": "tea", "by": 1}"#,
        r#"raise_price {"item": "tea", "by": 2}"#,
    ];
    assert_says(
        &difference(tools![raise_price], &batch).await,
        r##"`raise_price` (call 1) and `raise_price` (call 2) do not commute, and nothing says that they conflict:
  1  raise_price {"item": "tea", "by": 1}
     declares nothing
  2  raise_price {"item": "tea", "by": 2}
     declares nothing
One by one, the state ends with 3.
Interleaved (seed 7), it ends with 2. That is at `/prices/tea`.
What both write is at `/prices/tea` in the state. Declare it, under any name that is the same for both; this is a proposal, from that place:
    #[tool(writes("prices:{item}"))]    // raise_price"##,
    );
}

/// Set a price, and the index of prices with it.
#[tool(writes("price:{item}"))]
async fn set_price(
    /// Of what.
    item: String,
    /// What it costs.
    price: u64,
    #[state] shop: &Shop,
) {
    shop.write(|stock| {
        stock.index.entry(price).or_default().push(item.clone());
        stock.prices.insert(item, price);
    })
    .await;
}

/// Find what costs so much.
#[tool(reads("index"))]
async fn find_by_price(
    /// So much.
    price: u64,
    #[state] shop: &Shop,
) -> Vec<String> {
    shop.read(|stock| stock.index.get(&price).cloned().unwrap_or_default())
        .await
}

#[tokio::test]
async fn an_index_that_is_read() {
    let batch = [
        r#"set_price {"item": "tea", "price": 3}"#,
        r#"find_by_price {"price": 3}"#,
    ];
    assert_says(
        &difference(tools![set_price, find_by_price], &batch).await,
        r##"`set_price` (call 1) and `find_by_price` (call 2) do not commute, and nothing says that they conflict:
  1  set_price {"item": "tea", "price": 3}
     declares that it writes `price:tea`
  2  find_by_price {"price": 3}
     declares that it reads `index`
One by one, call 2 answers "tea".
Interleaved (seed 1), it answers nothing. That is at `/0`.
`set_price` writes what `find_by_price` reads. Declare it; this is a proposal, from what `find_by_price` declares:
    #[tool(writes("price:{item}", "index"))]    // set_price"##,
    );
}

/// Open the shop.
#[tool(writes("door"))]
async fn open(#[state] shop: &Shop) {
    shop.write(|stock| stock.open = true).await;
}

/// Buy something, if the shop is open.
#[tool(writes("cart:{cart_id}"))]
async fn buy(
    /// The cart.
    cart_id: u64,
    #[state] shop: &Shop,
) -> Result<(), ToolError> {
    let _ = cart_id;
    match shop.read(|stock| stock.open).await {
        true => Ok(()),
        false => Err(ToolError::internal("closed")),
    }
}

#[tokio::test]
async fn a_conflict_by_an_error() {
    let difference = difference(tools![open, buy], &["open", r#"buy {"cart_id": 1}"#]).await;
    assert_says(
        &difference,
        r##"`open` (call 1) and `buy` (call 2) do not commute, and nothing says that they conflict:
  1  open {}
     declares that it writes `door`
  2  buy {"cart_id": 1}
     declares that it writes `cart:1`
One by one, call 2 answers "Done.".
Interleaved (seed 1), it answers "failed: `buy` failed with an internal error (error id `ID`). It may have taken effect; check before repeating.".
`buy` reads what `open` writes. Declare it; this is a proposal, from what `open` declares:
    #[tool(reads("door"), writes("cart:{cart_id}"))]    // buy"##,
    );
}

/// Say how many carts there are, if the shop is open.
#[tool]
async fn carts(#[state] shop: &Shop) -> usize {
    shop.read(|stock| if stock.open { stock.carts.len() } else { 0 })
        .await
}

#[tokio::test]
async fn three_calls_of_which_two_matter() {
    let batch = ["open", r#"add_item {"cart_id": 1, "price": 2}"#, "carts"];
    let difference = difference(tools![open, add_item, carts], &batch).await;
    assert_says(
        &difference,
        r##"these 3 calls do not commute:
  1  open {}
     declares that it writes `door`
  2  add_item {"cart_id": 1, "price": 2}
     declares that it writes `cart:1`
  3  carts {}
     declares nothing
One by one, call 3 answers 1.
Interleaved (seed 1), it answers 0.
No two of them are enough to explain it, so nothing better is known than that these run alone:
    #[tool(exclusive)]    // carts"##,
    );
}

/// Write a line into the log.
#[tool]
async fn note(
    /// The line.
    line: String,
    #[state] shop: &Shop,
) {
    shop.write(|stock| stock.log.push(line)).await;
}

#[tokio::test]
async fn a_difference_in_the_state_alone() {
    let batch = [r#"note {"line": "a"}"#, r#"note {"line": "b"}"#];
    assert_says(
        &difference(tools![note], &batch).await,
        r##"`note` (call 1) and `note` (call 2) do not commute, and nothing says that they conflict:
  1  note {"line": "a"}
     declares nothing
  2  note {"line": "b"}
     declares nothing
One by one, the state ends with "a".
Interleaved (seed 1), it ends with "b". That is at `/log/0`.
What both write is at `/log/0` in the state. Declare it, under any name that is the same for both; this is a proposal, from that place:
    #[tool(writes("log"))]    // note"##,
    );
}

#[tokio::test]
async fn a_difference_in_answers_alone() {
    let toolbox = toolbox(tools![take_number]);
    let check = Equivalence::of(&toolbox, Shop::default).batch(calls(&["take_number"; 2]));
    assert_says(
        &check.run().await.expect_err("a difference"),
        r##"`take_number` (call 1) and `take_number` (call 2) do not commute, and nothing says that they conflict:
  1  take_number {}
     says that it is `pure`
  2  take_number {}
     says that it is `pure`
One by one, call 1 answers 1.
Interleaved (seed 1), it answers 2.
What it is that call 2 writes and call 1 reads is not known: neither declares a key that the other could name, and nothing is seen of it in the state. So the least is that one runs alone; a key would be better:
    #[tool(exclusive)]    // take_number"##,
    );
}

/// Close the books of a day; there is nothing in them.
#[tool(exclusive = "books", writes("books"))]
async fn close_books(#[state] shop: &Shop) -> Result<(), ToolError> {
    match shop.read(|stock| stock.open).await {
        true => Ok(()),
        false => Err(ToolError::internal("closed")),
    }
}

/// Send the books.
#[tool(exclusive = "books", reads("books"))]
async fn send_books(#[state] shop: &Shop) {
    shop.write(|stock| stock.served += 1).await;
}

#[tokio::test]
async fn a_difference_in_what_is_skipped() {
    for on_failure in [OnFailure::StopGroup, OnFailure::SkipDependents] {
        let tools = tools![open, close_books, send_books];
        let check = check(tools, &["open", "close_books", "send_books"]);
        let check = check.under(move |desk| {
            let policy = Policy::default().on_failure(on_failure);
            desk.with(policy).expect("a desk")
        });
        // Whether closing has failed is nobody's business here, what comes of it is.
        let check = check.normalise(|tool, answer| {
            if tool == "close_books" {
                *answer = "tried".into();
            }
        });
        let difference = check.run().await.expect_err("a difference");
        assert_eq!(difference.pair(), Some((0, 1)), "{on_failure:?}");
        assert_eq!(difference.calls().len(), 2, "{difference}");
    }
}

/// Count, on a thread.
#[tool]
fn count_up(#[state] shop: &Shop) -> u64 {
    shop.now(|stock| {
        stock.served += 1;
        stock.served
    })
}

#[tokio::test]
async fn two_plain_functions() {
    assert_says(
        &difference(tools![count_up], &["count_up", "count_up"]).await,
        r##"`count_up` (call 1) and `count_up` (call 2) do not commute, and nothing says that they conflict:
  1  count_up {}
     declares nothing
  2  count_up {}
     declares nothing
One by one, call 1 answers 1.
Interleaved (seed 1), it answers 2.
What both write is at `/served` in the state. Declare it, under any name that is the same for both; this is a proposal, from that place:
    #[tool(writes("served"))]    // count_up"##,
    );
}

/// Write a line into the log, some time.
#[tool(writes("log"))]
async fn note_later(
    /// The line.
    line: String,
    #[state] shop: &std::sync::Arc<Shop>,
) {
    let shop = std::sync::Arc::clone(shop);
    tokio::spawn(async move {
        for _ in 0..3 {
            yield_now().await;
        }
        shop.write(|stock| stock.log.push(line)).await;
    });
}

/// Read the log.
#[tool(reads("log"))]
async fn read_log(#[state] shop: &std::sync::Arc<Shop>) -> Vec<String> {
    shop.read(|stock| stock.log.clone()).await
}

#[tokio::test]
async fn a_tool_that_spawns() {
    let toolbox = tool_runtime::Toolbox::<std::sync::Arc<Shop>>::builder()
        .tools(tools![note_later, read_log])
        .build()
        .expect("a toolbox");
    let check = Equivalence::of(&toolbox, || {
        std::sync::Arc::new(std::sync::Arc::<Shop>::default())
    })
    .observe(|shop| shop.stock())
    .batch(calls(&[r#"note_later {"line": "a"}"#, "read_log"]));
    assert_says(
        &check.run().await.expect_err("a difference"),
        r##"`note_later` (call 1) and `read_log` (call 2) are kept in order, and differ all the same:
  1  note_later {"line": "a"}
     declares that it writes `log`
  2  read_log {}
     declares that it reads `log`
One by one, call 2 answers nothing.
Interleaved (seed 0), it answers "a". That is at `/0`.
What they declare keeps them in order, so one of them still does something when it has ended, most likely `note_later`: on a task or a thread that it does not wait for. Await that before the tool returns."##,
    );
}

/// Answers with what is new each time.
#[tool(pure)]
async fn unsteady() -> String {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{count}")
}

#[tokio::test]
async fn what_is_new_each_time_is_to_be_taken_out() {
    let check = || check(tools![unsteady], &["unsteady", "unsteady"]);
    let difference = check().run().await.expect_err("a difference");
    assert!(
        difference
            .to_string()
            .starts_with("two runs one by one differ"),
        "{difference}"
    );
    let check = check().normalise(|_, answer| *answer = "a number".into());
    assert!(check.run().await.is_ok());
}

/// Say what a cart comes to, and report what that takes.
#[tool(reads("cart:{cart_id}"))]
async fn reported(
    /// The cart.
    cart_id: u64,
    /// Another.
    other: u64,
    #[state] shop: &Shop,
    #[context] context: &CallContext,
) -> u64 {
    context.touched(Access::Read, format_args!("cart:{cart_id}"));
    if other > 0 {
        context.touched(Access::Write, format_args!("cart:{other}"));
        context.touched(Access::Read, "rates");
    }
    total(cart_id, shop).await
}

#[tokio::test]
async fn accesses_that_are_reported_and_not_declared() {
    let batch = [
        r#"reported {"cart_id": 7, "other": 9}"#,
        r#"reported {"cart_id": 8, "other": 0}"#,
    ];
    assert_says(
        &difference(tools![reported], &batch).await,
        r##"`reported` (call 1) writes `cart:9`, and declares that it reads `cart:7`.
`reported` (call 1) reads `rates`, and declares that it reads `cart:7`. Declare it:
    #[tool(reads("cart:{cart_id}", "rates"), writes("cart:{other}"))]    // reported"##,
    );
}

#[tokio::test]
async fn keys_that_nothing_touches_are_noted() {
    /// Say what a cart comes to, and declare too much.
    #[tool(reads("cart:{cart_id}", "log"), writes("cart:{cart_id}/seen"))]
    async fn careful(
        /// The cart.
        cart_id: u64,
        #[context] context: &CallContext,
    ) {
        context.touched(Access::Read, format_args!("cart:{cart_id}"));
    }
    let batch = [r#"careful {"cart_id": 7}"#, r#"careful {"cart_id": 8}"#];
    let checked = check(tools![careful, add_item], &batch).check().await;
    let unused: Vec<_> = checked.unused().collect();
    assert_eq!(
        unused,
        [
            ("careful", "reads log"),
            ("careful", "writes cart:{cart_id}/seen")
        ]
    );
}

/// Waits for a later call.
#[tool]
async fn wait_for_opening(#[state] shop: &Shop) {
    while !shop.read(|stock| stock.open).await {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_later_one_is_found() {
    let difference = difference(
        tools![wait_for_opening, open],
        &["wait_for_opening", "open"],
    )
    .await;
    assert!(
        difference
            .to_string()
            .contains("run one by one, the batch does not end"),
        "{difference}"
    );
}
