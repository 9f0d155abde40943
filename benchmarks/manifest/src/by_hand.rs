//! The definitions as somebody would write them by hand. `cargo run -- write` writes this file.

use serde_json::{Value, json};

pub fn anthropic(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"name": name,"description":"Sets the price of an article. It holds from the next day on.","input_schema":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false}})
        }
        1 => {
            json!({"name": name,"description":"Places an order. It can be changed until it is sent.","input_schema":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"$ref":"#/$defs/Address","description":"Where it goes."},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Address":{"type":"object","description":"Where something is sent.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count"],"additionalProperties":false}}}})
        }
        2 => {
            json!({"name": name,"description":"Sends a parcel.","input_schema":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"$ref":"#/$defs/Speed","description":"How fast."},"payment":{"$ref":"#/$defs/Payment","description":"How it is paid."}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","oneOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]},"Speed":{"type":"string","description":"How fast a parcel goes.","enum":["standard","express","overnight"]}}}})
        }
        _ => {
            json!({"name": name,"description":"Finds books in the catalogue.","input_schema":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":"integer","description":"How many at most.","default":20,"maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false}})
        }
    }
}

pub fn anthropic_strict(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"name": name,"description":"Sets the price of an article. It holds from the next day on.","input_schema":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number. (at least 0)"},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log. (at most 200 characters)"},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false},"strict":true})
        }
        1 => {
            json!({"name": name,"description":"Places an order. It can be changed until it is sent.","input_schema":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number. (at least 0)"},"address":{"type":"object","description":"Where it goes.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits. (at least 0; at most 4294967295)"},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number. (at least 0)"},"count":{"type":"integer","description":"How many. (at least 0; at most 65535)"},"note":{"type":"string"}},"required":["article","count"],"additionalProperties":false}}},"strict":true})
        }
        2 => {
            json!({"name": name,"description":"Sends a parcel.","input_schema":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number. (at least 0)"},"speed":{"type":"string","description":"How fast.","enum":["standard","express","overnight"]},"payment":{"description":"How it is paid.","anyOf":[{"$ref":"#/$defs/Payment"}]}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","anyOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","description":"(at least 0; at most 255)"}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]}}},"strict":true})
        }
        _ => {
            json!({"name": name,"description":"Finds books in the catalogue.","input_schema":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":"integer","description":"The year in which it came out. (at least 1450; at most 2100)"},"limit":{"type":"integer","description":"How many at most. (at least 0; at most 255)","default":20},"language":{"type":"string","description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false},"strict":true})
        }
    }
}

pub fn bedrock(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"toolSpec":{"name": name,"description":"Sets the price of an article. It holds from the next day on.","inputSchema":{"json":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false}}}})
        }
        1 => {
            json!({"toolSpec":{"name": name,"description":"Places an order. It can be changed until it is sent.","inputSchema":{"json":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"type":"object","description":"Where it goes.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"lines":{"type":"array","description":"What is ordered.","items":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count"],"additionalProperties":false}}},"required":["customer","address","lines"],"additionalProperties":false}}}})
        }
        2 => {
            json!({"toolSpec":{"name": name,"description":"Sends a parcel.","inputSchema":{"json":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"type":"string","description":"How fast.","enum":["standard","express","overnight"]},"payment":{"description":"How it is paid.","oneOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]}},"required":["order","speed","payment"],"additionalProperties":false}}}})
        }
        _ => {
            json!({"toolSpec":{"name": name,"description":"Finds books in the catalogue.","inputSchema":{"json":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":"integer","description":"How many at most.","default":20,"maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false}}}})
        }
    }
}

pub fn bedrock_strict(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"toolSpec":{"name": name,"description":"Sets the price of an article. It holds from the next day on.","inputSchema":{"json":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number. (at least 0)"},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log. (at most 200 characters)"},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false}},"strict":true}})
        }
        1 => {
            json!({"toolSpec":{"name": name,"description":"Places an order. It can be changed until it is sent.","inputSchema":{"json":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number. (at least 0)"},"address":{"type":"object","description":"Where it goes.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits. (at least 0; at most 4294967295)"},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number. (at least 0)"},"count":{"type":"integer","description":"How many. (at least 0; at most 65535)"},"note":{"type":"string"}},"required":["article","count"],"additionalProperties":false}}}},"strict":true}})
        }
        2 => {
            json!({"toolSpec":{"name": name,"description":"Sends a parcel.","inputSchema":{"json":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number. (at least 0)"},"speed":{"type":"string","description":"How fast.","enum":["standard","express","overnight"]},"payment":{"description":"How it is paid.","anyOf":[{"$ref":"#/$defs/Payment"}]}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","anyOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","description":"(at least 0; at most 255)"}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]}}}},"strict":true}})
        }
        _ => {
            json!({"toolSpec":{"name": name,"description":"Finds books in the catalogue.","inputSchema":{"json":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":"integer","description":"The year in which it came out. (at least 1450; at most 2100)"},"limit":{"type":"integer","description":"How many at most. (at least 0; at most 255)","default":20},"language":{"type":"string","description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false}},"strict":true}})
        }
    }
}

pub fn gemini(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"name": name,"description":"Sets the price of an article. It holds from the next day on.","parametersJsonSchema":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log. (at most 200 characters)"},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false}})
        }
        1 => {
            json!({"name": name,"description":"Places an order. It can be changed until it is sent.","parametersJsonSchema":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"type":"object","description":"Where it goes.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"lines":{"type":"array","description":"What is ordered.","items":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count"],"additionalProperties":false}}},"required":["customer","address","lines"],"additionalProperties":false}})
        }
        2 => {
            json!({"name": name,"description":"Sends a parcel.","parametersJsonSchema":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"type":"string","description":"How fast.","enum":["standard","express","overnight"]},"payment":{"description":"How it is paid.","anyOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","enum":["invoice"]},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","enum":["card"]},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]}},"required":["order","speed","payment"],"additionalProperties":false}})
        }
        _ => {
            json!({"name": name,"description":"Finds books in the catalogue.","parametersJsonSchema":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":"integer","description":"How many at most. (default: 20)","maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false}})
        }
    }
}

pub fn mcp(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"name": name,"description":"Sets the price of an article. It holds from the next day on.","inputSchema":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false}})
        }
        1 => {
            json!({"name": name,"description":"Places an order. It can be changed until it is sent.","inputSchema":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"$ref":"#/$defs/Address","description":"Where it goes."},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Address":{"type":"object","description":"Where something is sent.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count"],"additionalProperties":false}}}})
        }
        2 => {
            json!({"name": name,"description":"Sends a parcel.","inputSchema":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"$ref":"#/$defs/Speed","description":"How fast."},"payment":{"$ref":"#/$defs/Payment","description":"How it is paid."}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","oneOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]},"Speed":{"type":"string","description":"How fast a parcel goes.","enum":["standard","express","overnight"]}}}})
        }
        _ => {
            json!({"name": name,"description":"Finds books in the catalogue.","inputSchema":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":"integer","description":"How many at most.","default":20,"maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false},"annotations":{"readOnlyHint":true}})
        }
    }
}

pub fn openai_chat(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"type":"function","function":{"name": name,"description":"Sets the price of an article. It holds from the next day on.","parameters":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false}}})
        }
        1 => {
            json!({"type":"function","function":{"name": name,"description":"Places an order. It can be changed until it is sent.","parameters":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"$ref":"#/$defs/Address","description":"Where it goes."},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Address":{"type":"object","description":"Where something is sent.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count"],"additionalProperties":false}}}}})
        }
        2 => {
            json!({"type":"function","function":{"name": name,"description":"Sends a parcel.","parameters":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"$ref":"#/$defs/Speed","description":"How fast."},"payment":{"$ref":"#/$defs/Payment","description":"How it is paid."}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","oneOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]},"Speed":{"type":"string","description":"How fast a parcel goes.","enum":["standard","express","overnight"]}}}}})
        }
        _ => {
            json!({"type":"function","function":{"name": name,"description":"Finds books in the catalogue.","parameters":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":"integer","description":"How many at most.","default":20,"maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false}}})
        }
    }
}

pub fn openai_chat_strict(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"type":"function","function":{"name": name,"description":"Sets the price of an article. It holds from the next day on.","parameters":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false},"strict":true}})
        }
        1 => {
            json!({"type":"function","function":{"name": name,"description":"Places an order. It can be changed until it is sent.","parameters":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"description":"Where it goes.","anyOf":[{"$ref":"#/$defs/Address"}]},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Address":{"type":"object","description":"Where something is sent.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["city","code","street"],"additionalProperties":false},"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count","note"],"additionalProperties":false}}},"strict":true}})
        }
        2 => {
            json!({"type":"function","function":{"name": name,"description":"Sends a parcel.","parameters":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"description":"How fast.","anyOf":[{"$ref":"#/$defs/Speed"}]},"payment":{"description":"How it is paid.","anyOf":[{"$ref":"#/$defs/Payment"}]}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","anyOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["days","method"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["last_digits","method"],"additionalProperties":false}]},"Speed":{"type":"string","description":"How fast a parcel goes.","enum":["standard","express","overnight"]}}},"strict":true}})
        }
        _ => {
            json!({"type":"function","function":{"name": name,"description":"Finds books in the catalogue.","parameters":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":["integer","null"],"description":"How many at most. (default: 20)","maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words","year","limit","language"],"additionalProperties":false},"strict":true}})
        }
    }
}

pub fn openai_responses(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"type":"function","name": name,"description":"Sets the price of an article. It holds from the next day on.","parameters":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false},"strict":false})
        }
        1 => {
            json!({"type":"function","name": name,"description":"Places an order. It can be changed until it is sent.","parameters":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"$ref":"#/$defs/Address","description":"Where it goes."},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Address":{"type":"object","description":"Where something is sent.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["street","city","code"],"additionalProperties":false},"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count"],"additionalProperties":false}}},"strict":false})
        }
        2 => {
            json!({"type":"function","name": name,"description":"Sends a parcel.","parameters":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"$ref":"#/$defs/Speed","description":"How fast."},"payment":{"$ref":"#/$defs/Payment","description":"How it is paid."}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","oneOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["method","days"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["method","last_digits"],"additionalProperties":false}]},"Speed":{"type":"string","description":"How fast a parcel goes.","enum":["standard","express","overnight"]}}},"strict":false})
        }
        _ => {
            json!({"type":"function","name": name,"description":"Finds books in the catalogue.","parameters":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":"integer","description":"How many at most.","default":20,"maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words"],"additionalProperties":false},"strict":false})
        }
    }
}

pub fn openai_responses_strict(shape: usize, name: &str) -> Value {
    match shape {
        0 => {
            json!({"type":"function","name": name,"description":"Sets the price of an article. It holds from the next day on.","parameters":{"type":"object","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"price":{"type":"number","description":"The price in the shop's currency."},"reason":{"type":"string","description":"Why it changes, for the log.","maxLength":200},"is_shown":{"type":"boolean","description":"Whether it is shown at once."}},"required":["article","price","reason","is_shown"],"additionalProperties":false},"strict":true})
        }
        1 => {
            json!({"type":"function","name": name,"description":"Places an order. It can be changed until it is sent.","parameters":{"type":"object","properties":{"customer":{"type":"integer","description":"The customer's number.","minimum":0},"address":{"description":"Where it goes.","anyOf":[{"$ref":"#/$defs/Address"}]},"lines":{"type":"array","description":"What is ordered.","items":{"$ref":"#/$defs/Line"}}},"required":["customer","address","lines"],"additionalProperties":false,"$defs":{"Address":{"type":"object","description":"Where something is sent.","properties":{"city":{"type":"string"},"code":{"type":"integer","description":"Five digits.","maximum":u32::MAX,"minimum":0},"street":{"type":"string","description":"Street and number."}},"required":["city","code","street"],"additionalProperties":false},"Line":{"type":"object","description":"One line of an order.","properties":{"article":{"type":"integer","description":"The article's number.","minimum":0},"count":{"type":"integer","description":"How many.","maximum":65535,"minimum":0},"note":{"type":["string","null"]}},"required":["article","count","note"],"additionalProperties":false}}},"strict":true})
        }
        2 => {
            json!({"type":"function","name": name,"description":"Sends a parcel.","parameters":{"type":"object","properties":{"order":{"type":"integer","description":"The order's number.","minimum":0},"speed":{"description":"How fast.","anyOf":[{"$ref":"#/$defs/Speed"}]},"payment":{"description":"How it is paid.","anyOf":[{"$ref":"#/$defs/Payment"}]}},"required":["order","speed","payment"],"additionalProperties":false,"$defs":{"Payment":{"description":"How it is paid.","anyOf":[{"type":"object","description":"By invoice.","properties":{"method":{"type":"string","const":"invoice"},"days":{"type":"integer","maximum":255,"minimum":0}},"required":["days","method"],"additionalProperties":false},{"type":"object","description":"By card.","properties":{"method":{"type":"string","const":"card"},"last_digits":{"type":"string"}},"required":["last_digits","method"],"additionalProperties":false}]},"Speed":{"type":"string","description":"How fast a parcel goes.","enum":["standard","express","overnight"]}}},"strict":true})
        }
        _ => {
            json!({"type":"function","name": name,"description":"Finds books in the catalogue.","parameters":{"type":"object","properties":{"words":{"type":"array","description":"Words of the title.","items":{"type":"string"}},"year":{"type":["integer","null"],"description":"The year in which it came out.","maximum":2100,"minimum":1450},"limit":{"type":["integer","null"],"description":"How many at most. (default: 20)","maximum":255,"minimum":0},"language":{"type":["string","null"],"description":"The language, as in `en`."}},"required":["words","year","limit","language"],"additionalProperties":false},"strict":true})
        }
    }
}
