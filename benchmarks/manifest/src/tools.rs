//! 500 tools of four shapes.

use schemars::JsonSchema;
use serde::Deserialize;
use tool_runtime::{ToolList, tool, tools};

/// Where something is sent.
#[derive(Deserialize, JsonSchema)]
pub struct Address {
    /// Street and number.
    pub street: String,
    pub city: String,
    /// Five digits.
    pub code: u32,
}

/// One line of an order.
#[derive(Deserialize, JsonSchema)]
pub struct Line {
    /// The article's number.
    pub article: u64,
    /// How many.
    pub count: u16,
    pub note: Option<String>,
}

/// How fast a parcel goes.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speed {
    Standard,
    Express,
    Overnight,
}

/// How it is paid.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Payment {
    /// By invoice.
    Invoice { days: u8 },
    /// By card.
    Card { last_digits: String },
}

macro_rules! scalars {
    ($($name:ident)*) => {$(
        /// Sets the price of an article. It holds from the next day on.
        #[tool]
        async fn $name(
            /// The article's number.
            article: u64,
            /// The price in the shop's currency.
            price: f64,
            /// Why it changes, for the log.
            #[arg(length(max = 200))]
            reason: String,
            /// Whether it is shown at once.
            is_shown: bool,
        ) {
            let _ = (article, price, reason, is_shown);
        }
    )*};
}

macro_rules! nested {
    ($($name:ident)*) => {$(
        /// Places an order. It can be changed until it is sent.
        #[tool]
        async fn $name(
            /// The customer's number.
            customer: u64,
            /// Where it goes.
            address: Address,
            /// What is ordered.
            lines: Vec<Line>,
        ) {
            let _ = (customer, address.street, address.city, address.code, lines.len());
            let _ = lines.into_iter().map(|line| (line.article, line.count, line.note)).count();
        }
    )*};
}

macro_rules! choice {
    ($($name:ident)*) => {$(
        /// Sends a parcel.
        #[tool]
        async fn $name(
            /// The order's number.
            order: u64,
            /// How fast.
            speed: Speed,
            /// How it is paid.
            payment: Payment,
        ) -> u64 {
            let paid = match payment {
                Payment::Invoice { days } => u64::from(days),
                Payment::Card { last_digits } => last_digits.len() as u64,
            };
            order + paid + u64::from(matches!(speed, Speed::Express | Speed::Overnight))
        }
    )*};
}

macro_rules! optional {
    ($($name:ident)*) => {$(
        /// Finds books in the catalogue.
        #[tool(pure)]
        async fn $name(
            /// Words of the title.
            words: Vec<String>,
            /// The year in which it came out.
            #[arg(range(min = 1450, max = 2100))]
            year: Option<u16>,
            /// How many at most.
            #[arg(default = 20)]
            limit: u8,
            /// The language, as in `en`.
            language: Option<String>,
        ) -> usize {
            words.len() + usize::from(limit) + usize::from(year.is_some() || language.is_some())
        }
    )*};
}

scalars! {
    set_price_0 set_price_1 set_price_2 set_price_3 set_price_4
    set_price_5 set_price_6 set_price_7 set_price_8 set_price_9
    set_price_10 set_price_11 set_price_12 set_price_13 set_price_14
    set_price_15 set_price_16 set_price_17 set_price_18 set_price_19
    set_price_20 set_price_21 set_price_22 set_price_23 set_price_24
    set_price_25 set_price_26 set_price_27 set_price_28 set_price_29
    set_price_30 set_price_31 set_price_32 set_price_33 set_price_34
    set_price_35 set_price_36 set_price_37 set_price_38 set_price_39
    set_price_40 set_price_41 set_price_42 set_price_43 set_price_44
    set_price_45 set_price_46 set_price_47 set_price_48 set_price_49
    set_price_50 set_price_51 set_price_52 set_price_53 set_price_54
    set_price_55 set_price_56 set_price_57 set_price_58 set_price_59
    set_price_60 set_price_61 set_price_62 set_price_63 set_price_64
    set_price_65 set_price_66 set_price_67 set_price_68 set_price_69
    set_price_70 set_price_71 set_price_72 set_price_73 set_price_74
    set_price_75 set_price_76 set_price_77 set_price_78 set_price_79
    set_price_80 set_price_81 set_price_82 set_price_83 set_price_84
    set_price_85 set_price_86 set_price_87 set_price_88 set_price_89
    set_price_90 set_price_91 set_price_92 set_price_93 set_price_94
    set_price_95 set_price_96 set_price_97 set_price_98 set_price_99
    set_price_100 set_price_101 set_price_102 set_price_103 set_price_104
    set_price_105 set_price_106 set_price_107 set_price_108 set_price_109
    set_price_110 set_price_111 set_price_112 set_price_113 set_price_114
    set_price_115 set_price_116 set_price_117 set_price_118 set_price_119
    set_price_120 set_price_121 set_price_122 set_price_123 set_price_124
}

nested! {
    place_order_0 place_order_1 place_order_2 place_order_3 place_order_4
    place_order_5 place_order_6 place_order_7 place_order_8 place_order_9
    place_order_10 place_order_11 place_order_12 place_order_13 place_order_14
    place_order_15 place_order_16 place_order_17 place_order_18 place_order_19
    place_order_20 place_order_21 place_order_22 place_order_23 place_order_24
    place_order_25 place_order_26 place_order_27 place_order_28 place_order_29
    place_order_30 place_order_31 place_order_32 place_order_33 place_order_34
    place_order_35 place_order_36 place_order_37 place_order_38 place_order_39
    place_order_40 place_order_41 place_order_42 place_order_43 place_order_44
    place_order_45 place_order_46 place_order_47 place_order_48 place_order_49
    place_order_50 place_order_51 place_order_52 place_order_53 place_order_54
    place_order_55 place_order_56 place_order_57 place_order_58 place_order_59
    place_order_60 place_order_61 place_order_62 place_order_63 place_order_64
    place_order_65 place_order_66 place_order_67 place_order_68 place_order_69
    place_order_70 place_order_71 place_order_72 place_order_73 place_order_74
    place_order_75 place_order_76 place_order_77 place_order_78 place_order_79
    place_order_80 place_order_81 place_order_82 place_order_83 place_order_84
    place_order_85 place_order_86 place_order_87 place_order_88 place_order_89
    place_order_90 place_order_91 place_order_92 place_order_93 place_order_94
    place_order_95 place_order_96 place_order_97 place_order_98 place_order_99
    place_order_100 place_order_101 place_order_102 place_order_103 place_order_104
    place_order_105 place_order_106 place_order_107 place_order_108 place_order_109
    place_order_110 place_order_111 place_order_112 place_order_113 place_order_114
    place_order_115 place_order_116 place_order_117 place_order_118 place_order_119
    place_order_120 place_order_121 place_order_122 place_order_123 place_order_124
}

choice! {
    send_parcel_0 send_parcel_1 send_parcel_2 send_parcel_3 send_parcel_4
    send_parcel_5 send_parcel_6 send_parcel_7 send_parcel_8 send_parcel_9
    send_parcel_10 send_parcel_11 send_parcel_12 send_parcel_13 send_parcel_14
    send_parcel_15 send_parcel_16 send_parcel_17 send_parcel_18 send_parcel_19
    send_parcel_20 send_parcel_21 send_parcel_22 send_parcel_23 send_parcel_24
    send_parcel_25 send_parcel_26 send_parcel_27 send_parcel_28 send_parcel_29
    send_parcel_30 send_parcel_31 send_parcel_32 send_parcel_33 send_parcel_34
    send_parcel_35 send_parcel_36 send_parcel_37 send_parcel_38 send_parcel_39
    send_parcel_40 send_parcel_41 send_parcel_42 send_parcel_43 send_parcel_44
    send_parcel_45 send_parcel_46 send_parcel_47 send_parcel_48 send_parcel_49
    send_parcel_50 send_parcel_51 send_parcel_52 send_parcel_53 send_parcel_54
    send_parcel_55 send_parcel_56 send_parcel_57 send_parcel_58 send_parcel_59
    send_parcel_60 send_parcel_61 send_parcel_62 send_parcel_63 send_parcel_64
    send_parcel_65 send_parcel_66 send_parcel_67 send_parcel_68 send_parcel_69
    send_parcel_70 send_parcel_71 send_parcel_72 send_parcel_73 send_parcel_74
    send_parcel_75 send_parcel_76 send_parcel_77 send_parcel_78 send_parcel_79
    send_parcel_80 send_parcel_81 send_parcel_82 send_parcel_83 send_parcel_84
    send_parcel_85 send_parcel_86 send_parcel_87 send_parcel_88 send_parcel_89
    send_parcel_90 send_parcel_91 send_parcel_92 send_parcel_93 send_parcel_94
    send_parcel_95 send_parcel_96 send_parcel_97 send_parcel_98 send_parcel_99
    send_parcel_100 send_parcel_101 send_parcel_102 send_parcel_103 send_parcel_104
    send_parcel_105 send_parcel_106 send_parcel_107 send_parcel_108 send_parcel_109
    send_parcel_110 send_parcel_111 send_parcel_112 send_parcel_113 send_parcel_114
    send_parcel_115 send_parcel_116 send_parcel_117 send_parcel_118 send_parcel_119
    send_parcel_120 send_parcel_121 send_parcel_122 send_parcel_123 send_parcel_124
}

optional! {
    find_books_0 find_books_1 find_books_2 find_books_3 find_books_4
    find_books_5 find_books_6 find_books_7 find_books_8 find_books_9
    find_books_10 find_books_11 find_books_12 find_books_13 find_books_14
    find_books_15 find_books_16 find_books_17 find_books_18 find_books_19
    find_books_20 find_books_21 find_books_22 find_books_23 find_books_24
    find_books_25 find_books_26 find_books_27 find_books_28 find_books_29
    find_books_30 find_books_31 find_books_32 find_books_33 find_books_34
    find_books_35 find_books_36 find_books_37 find_books_38 find_books_39
    find_books_40 find_books_41 find_books_42 find_books_43 find_books_44
    find_books_45 find_books_46 find_books_47 find_books_48 find_books_49
    find_books_50 find_books_51 find_books_52 find_books_53 find_books_54
    find_books_55 find_books_56 find_books_57 find_books_58 find_books_59
    find_books_60 find_books_61 find_books_62 find_books_63 find_books_64
    find_books_65 find_books_66 find_books_67 find_books_68 find_books_69
    find_books_70 find_books_71 find_books_72 find_books_73 find_books_74
    find_books_75 find_books_76 find_books_77 find_books_78 find_books_79
    find_books_80 find_books_81 find_books_82 find_books_83 find_books_84
    find_books_85 find_books_86 find_books_87 find_books_88 find_books_89
    find_books_90 find_books_91 find_books_92 find_books_93 find_books_94
    find_books_95 find_books_96 find_books_97 find_books_98 find_books_99
    find_books_100 find_books_101 find_books_102 find_books_103 find_books_104
    find_books_105 find_books_106 find_books_107 find_books_108 find_books_109
    find_books_110 find_books_111 find_books_112 find_books_113 find_books_114
    find_books_115 find_books_116 find_books_117 find_books_118 find_books_119
    find_books_120 find_books_121 find_books_122 find_books_123 find_books_124
}

/// All of them, the shapes in turn.
pub fn all() -> ToolList<()> {
    tools![
        set_price_0,
        place_order_0,
        send_parcel_0,
        find_books_0,
        set_price_1,
        place_order_1,
        send_parcel_1,
        find_books_1,
        set_price_2,
        place_order_2,
        send_parcel_2,
        find_books_2,
        set_price_3,
        place_order_3,
        send_parcel_3,
        find_books_3,
        set_price_4,
        place_order_4,
        send_parcel_4,
        find_books_4,
        set_price_5,
        place_order_5,
        send_parcel_5,
        find_books_5,
        set_price_6,
        place_order_6,
        send_parcel_6,
        find_books_6,
        set_price_7,
        place_order_7,
        send_parcel_7,
        find_books_7,
        set_price_8,
        place_order_8,
        send_parcel_8,
        find_books_8,
        set_price_9,
        place_order_9,
        send_parcel_9,
        find_books_9,
        set_price_10,
        place_order_10,
        send_parcel_10,
        find_books_10,
        set_price_11,
        place_order_11,
        send_parcel_11,
        find_books_11,
        set_price_12,
        place_order_12,
        send_parcel_12,
        find_books_12,
        set_price_13,
        place_order_13,
        send_parcel_13,
        find_books_13,
        set_price_14,
        place_order_14,
        send_parcel_14,
        find_books_14,
        set_price_15,
        place_order_15,
        send_parcel_15,
        find_books_15,
        set_price_16,
        place_order_16,
        send_parcel_16,
        find_books_16,
        set_price_17,
        place_order_17,
        send_parcel_17,
        find_books_17,
        set_price_18,
        place_order_18,
        send_parcel_18,
        find_books_18,
        set_price_19,
        place_order_19,
        send_parcel_19,
        find_books_19,
        set_price_20,
        place_order_20,
        send_parcel_20,
        find_books_20,
        set_price_21,
        place_order_21,
        send_parcel_21,
        find_books_21,
        set_price_22,
        place_order_22,
        send_parcel_22,
        find_books_22,
        set_price_23,
        place_order_23,
        send_parcel_23,
        find_books_23,
        set_price_24,
        place_order_24,
        send_parcel_24,
        find_books_24,
        set_price_25,
        place_order_25,
        send_parcel_25,
        find_books_25,
        set_price_26,
        place_order_26,
        send_parcel_26,
        find_books_26,
        set_price_27,
        place_order_27,
        send_parcel_27,
        find_books_27,
        set_price_28,
        place_order_28,
        send_parcel_28,
        find_books_28,
        set_price_29,
        place_order_29,
        send_parcel_29,
        find_books_29,
        set_price_30,
        place_order_30,
        send_parcel_30,
        find_books_30,
        set_price_31,
        place_order_31,
        send_parcel_31,
        find_books_31,
        set_price_32,
        place_order_32,
        send_parcel_32,
        find_books_32,
        set_price_33,
        place_order_33,
        send_parcel_33,
        find_books_33,
        set_price_34,
        place_order_34,
        send_parcel_34,
        find_books_34,
        set_price_35,
        place_order_35,
        send_parcel_35,
        find_books_35,
        set_price_36,
        place_order_36,
        send_parcel_36,
        find_books_36,
        set_price_37,
        place_order_37,
        send_parcel_37,
        find_books_37,
        set_price_38,
        place_order_38,
        send_parcel_38,
        find_books_38,
        set_price_39,
        place_order_39,
        send_parcel_39,
        find_books_39,
        set_price_40,
        place_order_40,
        send_parcel_40,
        find_books_40,
        set_price_41,
        place_order_41,
        send_parcel_41,
        find_books_41,
        set_price_42,
        place_order_42,
        send_parcel_42,
        find_books_42,
        set_price_43,
        place_order_43,
        send_parcel_43,
        find_books_43,
        set_price_44,
        place_order_44,
        send_parcel_44,
        find_books_44,
        set_price_45,
        place_order_45,
        send_parcel_45,
        find_books_45,
        set_price_46,
        place_order_46,
        send_parcel_46,
        find_books_46,
        set_price_47,
        place_order_47,
        send_parcel_47,
        find_books_47,
        set_price_48,
        place_order_48,
        send_parcel_48,
        find_books_48,
        set_price_49,
        place_order_49,
        send_parcel_49,
        find_books_49,
        set_price_50,
        place_order_50,
        send_parcel_50,
        find_books_50,
        set_price_51,
        place_order_51,
        send_parcel_51,
        find_books_51,
        set_price_52,
        place_order_52,
        send_parcel_52,
        find_books_52,
        set_price_53,
        place_order_53,
        send_parcel_53,
        find_books_53,
        set_price_54,
        place_order_54,
        send_parcel_54,
        find_books_54,
        set_price_55,
        place_order_55,
        send_parcel_55,
        find_books_55,
        set_price_56,
        place_order_56,
        send_parcel_56,
        find_books_56,
        set_price_57,
        place_order_57,
        send_parcel_57,
        find_books_57,
        set_price_58,
        place_order_58,
        send_parcel_58,
        find_books_58,
        set_price_59,
        place_order_59,
        send_parcel_59,
        find_books_59,
        set_price_60,
        place_order_60,
        send_parcel_60,
        find_books_60,
        set_price_61,
        place_order_61,
        send_parcel_61,
        find_books_61,
        set_price_62,
        place_order_62,
        send_parcel_62,
        find_books_62,
        set_price_63,
        place_order_63,
        send_parcel_63,
        find_books_63,
        set_price_64,
        place_order_64,
        send_parcel_64,
        find_books_64,
        set_price_65,
        place_order_65,
        send_parcel_65,
        find_books_65,
        set_price_66,
        place_order_66,
        send_parcel_66,
        find_books_66,
        set_price_67,
        place_order_67,
        send_parcel_67,
        find_books_67,
        set_price_68,
        place_order_68,
        send_parcel_68,
        find_books_68,
        set_price_69,
        place_order_69,
        send_parcel_69,
        find_books_69,
        set_price_70,
        place_order_70,
        send_parcel_70,
        find_books_70,
        set_price_71,
        place_order_71,
        send_parcel_71,
        find_books_71,
        set_price_72,
        place_order_72,
        send_parcel_72,
        find_books_72,
        set_price_73,
        place_order_73,
        send_parcel_73,
        find_books_73,
        set_price_74,
        place_order_74,
        send_parcel_74,
        find_books_74,
        set_price_75,
        place_order_75,
        send_parcel_75,
        find_books_75,
        set_price_76,
        place_order_76,
        send_parcel_76,
        find_books_76,
        set_price_77,
        place_order_77,
        send_parcel_77,
        find_books_77,
        set_price_78,
        place_order_78,
        send_parcel_78,
        find_books_78,
        set_price_79,
        place_order_79,
        send_parcel_79,
        find_books_79,
        set_price_80,
        place_order_80,
        send_parcel_80,
        find_books_80,
        set_price_81,
        place_order_81,
        send_parcel_81,
        find_books_81,
        set_price_82,
        place_order_82,
        send_parcel_82,
        find_books_82,
        set_price_83,
        place_order_83,
        send_parcel_83,
        find_books_83,
        set_price_84,
        place_order_84,
        send_parcel_84,
        find_books_84,
        set_price_85,
        place_order_85,
        send_parcel_85,
        find_books_85,
        set_price_86,
        place_order_86,
        send_parcel_86,
        find_books_86,
        set_price_87,
        place_order_87,
        send_parcel_87,
        find_books_87,
        set_price_88,
        place_order_88,
        send_parcel_88,
        find_books_88,
        set_price_89,
        place_order_89,
        send_parcel_89,
        find_books_89,
        set_price_90,
        place_order_90,
        send_parcel_90,
        find_books_90,
        set_price_91,
        place_order_91,
        send_parcel_91,
        find_books_91,
        set_price_92,
        place_order_92,
        send_parcel_92,
        find_books_92,
        set_price_93,
        place_order_93,
        send_parcel_93,
        find_books_93,
        set_price_94,
        place_order_94,
        send_parcel_94,
        find_books_94,
        set_price_95,
        place_order_95,
        send_parcel_95,
        find_books_95,
        set_price_96,
        place_order_96,
        send_parcel_96,
        find_books_96,
        set_price_97,
        place_order_97,
        send_parcel_97,
        find_books_97,
        set_price_98,
        place_order_98,
        send_parcel_98,
        find_books_98,
        set_price_99,
        place_order_99,
        send_parcel_99,
        find_books_99,
        set_price_100,
        place_order_100,
        send_parcel_100,
        find_books_100,
        set_price_101,
        place_order_101,
        send_parcel_101,
        find_books_101,
        set_price_102,
        place_order_102,
        send_parcel_102,
        find_books_102,
        set_price_103,
        place_order_103,
        send_parcel_103,
        find_books_103,
        set_price_104,
        place_order_104,
        send_parcel_104,
        find_books_104,
        set_price_105,
        place_order_105,
        send_parcel_105,
        find_books_105,
        set_price_106,
        place_order_106,
        send_parcel_106,
        find_books_106,
        set_price_107,
        place_order_107,
        send_parcel_107,
        find_books_107,
        set_price_108,
        place_order_108,
        send_parcel_108,
        find_books_108,
        set_price_109,
        place_order_109,
        send_parcel_109,
        find_books_109,
        set_price_110,
        place_order_110,
        send_parcel_110,
        find_books_110,
        set_price_111,
        place_order_111,
        send_parcel_111,
        find_books_111,
        set_price_112,
        place_order_112,
        send_parcel_112,
        find_books_112,
        set_price_113,
        place_order_113,
        send_parcel_113,
        find_books_113,
        set_price_114,
        place_order_114,
        send_parcel_114,
        find_books_114,
        set_price_115,
        place_order_115,
        send_parcel_115,
        find_books_115,
        set_price_116,
        place_order_116,
        send_parcel_116,
        find_books_116,
        set_price_117,
        place_order_117,
        send_parcel_117,
        find_books_117,
        set_price_118,
        place_order_118,
        send_parcel_118,
        find_books_118,
        set_price_119,
        place_order_119,
        send_parcel_119,
        find_books_119,
        set_price_120,
        place_order_120,
        send_parcel_120,
        find_books_120,
        set_price_121,
        place_order_121,
        send_parcel_121,
        find_books_121,
        set_price_122,
        place_order_122,
        send_parcel_122,
        find_books_122,
        set_price_123,
        place_order_123,
        send_parcel_123,
        find_books_123,
        set_price_124,
        place_order_124,
        send_parcel_124,
        find_books_124,
    ]
}
