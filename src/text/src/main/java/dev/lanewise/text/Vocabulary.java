package dev.lanewise.text;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Tokens and their ids, both ways.
final class Vocabulary {

    private final Map<String, Integer> ids;
    private final Map<Integer, String> tokens;

    Vocabulary(Map<String, Integer> ids) {
        this.ids = ids;
        this.tokens = HashMap.newHashMap(ids.size());
        ids.forEach((token, id) -> tokens.put(id, token));
    }

    OptionalInt id(String token) {
        var id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    String token(int id) {
        var token = tokens.get(id);
        if (token == null) throw new IllegalArgumentException("tokens: there is no token " + id + " among " + tokens.size());
        return token;
    }

    int size() { return tokens.size(); }
}
