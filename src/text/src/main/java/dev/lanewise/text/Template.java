package dev.lanewise.text;

import java.util.List;

/// Where one or two texts and the special tokens stand in what a network takes.
///
/// @param pieces in their order
record Template(List<Piece> pieces) {

    /// @param sequence the text that stands here: 0 or 1; -1 for special tokens
    /// @param ids      the special tokens
    record Piece(int sequence, int[] ids, int typeId) {
        static Piece text(int sequence, int typeId) { return new Piece(sequence, new int[0], typeId); }

        static Piece special(int typeId, int... ids) { return new Piece(-1, ids, typeId); }
    }

    static Template of(Piece... pieces) { return new Template(List.of(pieces)); }

    /// How many special tokens there are.
    int added() { return pieces.stream().mapToInt(piece -> piece.ids().length).sum(); }

    /// @param sequences the texts' tokens
    Encoding filled(int[]... sequences) {
        int length = pieces.stream().mapToInt(piece -> tokens(piece, sequences).length).sum();
        var ids = new int[length];
        var typeIds = new int[length];
        int at = 0;
        for (var piece : pieces) for (int id : tokens(piece, sequences)) {
            ids[at] = id;
            typeIds[at++] = piece.typeId();
        }
        return new Encoding(ids, typeIds);
    }

    private static int[] tokens(Piece piece, int[]... sequences) {
        return piece.sequence() < 0 ? piece.ids() : sequences[piece.sequence()];
    }
}
