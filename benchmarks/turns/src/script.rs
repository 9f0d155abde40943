//! What is asked at the desk, and what the model says to it: two runs of 20 turns.

use serde_json::{Value, json};

/// A question, and the model's turns until it has answered it.
pub struct Question {
    pub asked: &'static str,
    pub turns: Vec<Said>,
}

/// One turn of the model: a text, and calls. One without calls is the answer.
#[derive(Clone)]
pub struct Said {
    pub text: &'static str,
    pub calls: Vec<(&'static str, Value)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Of the 15 turns with calls 7 fetch three to five independent things, 5 make one call, 3 write and then read.
    Desk,
    /// Each of the 15 turns with calls fetches three to five independent things.
    Fetching,
}

impl Run {
    pub const ALL: [Self; 2] = [Self::Desk, Self::Fetching];

    pub fn name(self) -> &'static str {
        match self {
            Self::Desk => "customer desk",
            Self::Fetching => "every turn fetches",
        }
    }

    pub fn questions(self) -> Vec<Question> {
        match self {
            Self::Desk => desk(),
            Self::Fetching => fetching(),
        }
    }
}

/// The same questions, but that each turn has one call. What was called is the same, in the same order.
pub fn one_call_a_turn(questions: Vec<Question>) -> Vec<Question> {
    let apart = |said: Said| -> Vec<Said> {
        let Said { text, calls } = said;
        if calls.is_empty() {
            return vec![Said { text, calls }];
        }
        // It says what it is about to do once.
        let texts = std::iter::once(text).chain(std::iter::repeat(""));
        let turns = texts.zip(calls);
        turns
            .map(|(text, call)| Said {
                text,
                calls: vec![call],
            })
            .collect()
    };
    let question = |question: Question| Question {
        turns: question.turns.into_iter().flat_map(apart).collect(),
        ..question
    };
    questions.into_iter().map(question).collect()
}

/// The same questions, but that the calls of a turn are in one call of a batch tool. With `references` a turn whose arguments follow from
/// the results of the one before is in the same call.
pub fn in_one_call(questions: Vec<Question>, references: bool) -> Vec<Question> {
    let question = |question: Question| {
        let mut turns: Vec<Said> = Vec::new();
        for said in question.turns {
            match turns.last_mut() {
                Some(before) if references && FOLLOWS.contains(&said.text) => {
                    before.calls.extend(said.calls);
                }
                _ => turns.push(said),
            }
        }
        let turns = turns.into_iter().map(|said| packed(said, references));
        Question {
            asked: question.asked,
            turns: turns.collect(),
        }
    };
    questions.into_iter().map(question).collect()
}

/// What is said where all arguments are known from the question or stand in results of the turn before.
const FOLLOWS: [&str; 5] = [
    "Now the two latest orders and where they are.",
    "Their tickets.",
    "Where their parcels are.",
    "The orders, what help says of them, and what we noted.",
    "Where the parcels are.",
];

/// A turn's calls as one, if there are several. The tools are too many for their schemas, so their arguments are text.
fn packed(said: Said, references: bool) -> Said {
    let Said { text, calls } = said;
    if calls.len() < 2 {
        return Said { text, calls };
    }
    let id = |index: usize| format!("c{}", index + 1);
    let list = calls.iter().enumerate().map(|(index, (tool, arguments))| {
        let mut arguments = arguments.clone();
        let before = &calls[..index];
        for value in arguments
            .as_object_mut()
            .into_iter()
            .flat_map(|members| members.values_mut())
        {
            if let (true, Some((step, path))) = (references, found(value, before)) {
                *value = json!({"$result": id(step), "path": path});
            }
        }
        let arguments = arguments.to_string();
        match references {
            true => json!({"id": id(index), "tool": tool, "arguments": arguments}),
            false => json!({"tool": tool, "arguments": arguments}),
        }
    });
    let list: Vec<Value> = list.collect();
    Said {
        text,
        calls: vec![("batch", json!({ "calls": list }))],
    }
}

/// Where a value stands in the result of an earlier call that lists such values.
fn found(value: &Value, before: &[(&'static str, Value)]) -> Option<(usize, String)> {
    let number = value.as_u64()?;
    let of = |tool: &str| before.iter().position(|(name, _)| *name == tool);
    let at = |numbers: &[u64]| numbers.iter().position(|known| *known == number);
    let order = of("get_orders").zip(at(&[77, 71, 64]));
    let customer = of("list_customers").zip(at(&[1234, 1235, 1236, 1237, 1238]));
    let order = order.map(|(step, at)| (step, format!("/{at}/id")));
    order.or(customer.map(|(step, at)| (step, format!("/{at}/customer_id"))))
}

fn calls<const N: usize>(text: &'static str, calls: [(&'static str, Value); N]) -> Said {
    Said {
        text,
        calls: calls.into(),
    }
}

fn answer(text: &'static str) -> Said {
    calls(text, [])
}

fn of(customer_id: u64) -> Value {
    json!({ "customer_id": customer_id })
}

fn order(order_id: u64) -> Value {
    json!({ "order_id": order_id })
}

fn help(query: &str) -> Value {
    json!({ "query": query })
}

const PICTURE: &str = "Give me the full picture on customer 1234.";
const REFUND: &str =
    "Refund the punched cards to her, 45 pounds, and tell me what is left to pay back.";
const TICKETS: &str =
    "Which of our five largest customers have open tickets, and what do they wait for?";
const MOVE: &str =
    "Customer 1234 has moved to 5 Ockham Park, Surrey. See to it that her parcels get there.";
const COMPARE: &str =
    "Customer 1236 says that she was charged twice. What happened, and what do we owe her?";

const IS_ADA: &str = "Customer 1234 is Ada Lovelace on the gold plan, 12 St James's Square, London. She has three orders: an analytical engine \
    (1,299.00), punched cards (45.00) and brass gears (210.00). The engine and the cards are in transit with Royal Mail and were last seen in \
    Leeds. She has one open ticket, number 9: cards jam.";
const IS_REFUNDED: &str = "I have refunded order 71, punched cards, in full: 45.00. Nothing is left to pay back on it. The money arrives on \
    the card that was charged within five working days. Both invoices of the customer, 503 and 497, are paid, so nothing else is open.";
const ARE_OPEN: &str = "Of the five largest customers three have open tickets: 1234, 1236 and 1238, each about cards that jam. All three wait for \
    the parcel with the new feeder, which was last seen in Leeds. The help page on jams tells how to bridge the time; I would send them the \
    link today.";
const HAS_MOVED: &str = "The address of customer 1234 is now 5 Ockham Park, Surrey. Her three parcels, orders 77, 71 and 64, are in transit with \
    Royal Mail and still go to the old address; the carrier can redirect them from Leeds, which has to be asked for there.";
const WAS_CHARGED: &str = "Customer 1236 was charged once for each of her orders; what she saw twice is a reservation that lapses after five \
    working days. I have refunded 5.00 on order 64 as a courtesy, as the help page allows, and noted it for the colleagues.";

fn desk() -> Vec<Question> {
    vec![
        Question {
            asked: PICTURE,
            turns: vec![
                calls(
                    "I look her up, with her orders and tickets.",
                    [
                        ("get_customer", of(1234)),
                        ("get_orders", of(1234)),
                        ("get_tickets", of(1234)),
                    ],
                ),
                calls(
                    "Now the two latest orders and where they are.",
                    [
                        ("get_order", order(77)),
                        ("get_order", order(71)),
                        ("get_shipment", order(77)),
                        ("get_shipment", order(71)),
                    ],
                ),
                answer(IS_ADA),
            ],
        },
        Question {
            asked: REFUND,
            turns: vec![
                calls("First how it stands.", [("get_order", order(71))]),
                calls(
                    "I refund it and see what it says then.",
                    [
                        ("refund_order", json!({"order_id": 71, "cents": 4_500})),
                        ("get_order", order(71)),
                    ],
                ),
                calls("And her invoices.", [("get_invoices", of(1234))]),
                answer(IS_REFUNDED),
            ],
        },
        Question {
            asked: TICKETS,
            turns: vec![
                calls("Who they are.", [("list_customers", json!({ "limit": 5 }))]),
                calls(
                    "Their tickets.",
                    [1234, 1235, 1236, 1237, 1238].map(|id| ("get_tickets", of(id))),
                ),
                calls(
                    "What the three with open tickets have ordered.",
                    [1234, 1236, 1238].map(|id| ("get_orders", of(id))),
                ),
                answer(ARE_OPEN),
            ],
        },
        Question {
            asked: MOVE,
            turns: vec![
                calls(
                    "I change the address and read it back.",
                    [
                        (
                            "set_address",
                            json!({"customer_id": 1234, "address": "5 Ockham Park, Surrey"}),
                        ),
                        ("get_customer", of(1234)),
                    ],
                ),
                calls("Which orders there are.", [("get_orders", of(1234))]),
                calls(
                    "Where their parcels are.",
                    [77, 71, 64].map(|id| ("get_shipment", order(id))),
                ),
                answer(HAS_MOVED),
            ],
        },
        Question {
            asked: COMPARE,
            turns: vec![
                calls(
                    "I look at her account.",
                    [
                        ("get_customer", of(1236)),
                        ("get_orders", of(1236)),
                        ("get_tickets", of(1236)),
                        ("get_invoices", of(1236)),
                    ],
                ),
                calls(
                    "The order that it is about, and what we say of such cases.",
                    [
                        ("get_order", order(64)),
                        ("get_shipment", order(64)),
                        ("search_help", help("charged twice")),
                    ],
                ),
                calls(
                    "A courtesy, as the page allows.",
                    [("refund_order", json!({"order_id": 64, "cents": 500}))],
                ),
                calls(
                    "I note it.",
                    [
                        (
                            "add_note",
                            json!({"customer_id": 1236, "text": "Saw a reservation twice; 5.00 refunded on 64."}),
                        ),
                        ("get_notes", of(1236)),
                    ],
                ),
                answer(WAS_CHARGED),
            ],
        },
    ]
}

fn fetching() -> Vec<Question> {
    let about = |id| {
        calls(
            "I look the customer up, with orders, tickets and invoices.",
            [
                ("get_customer", of(id)),
                ("get_orders", of(id)),
                ("get_tickets", of(id)),
                ("get_invoices", of(id)),
            ],
        )
    };
    let orders = || {
        calls(
            "The orders, what help says of them, and what we noted.",
            [
                ("get_order", order(77)),
                ("get_order", order(71)),
                ("get_order", order(64)),
                ("search_help", help("several orders")),
                ("get_notes", of(1234)),
            ],
        )
    };
    let parcels = || {
        calls(
            "Where the parcels are.",
            [77, 71, 64].map(|id| ("get_shipment", order(id))),
        )
    };
    let asked = [
        (PICTURE, IS_ADA),
        (REFUND, IS_REFUNDED),
        (TICKETS, ARE_OPEN),
        (MOVE, HAS_MOVED),
        (COMPARE, WAS_CHARGED),
    ];
    let question = |(id, (asked, told))| Question {
        asked,
        turns: vec![about(id), orders(), parcels(), answer(told)],
    };
    (1234..).zip(asked).map(question).collect()
}
