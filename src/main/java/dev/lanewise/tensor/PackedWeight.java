package dev.lanewise.tensor;

import dev.lanewise.kernel.PackedGemm;
import dev.lanewise.kernel.StoredGemm.Stored;
import java.lang.ref.SoftReference;

/// The copy of a weight that products in inference share, for as long as the weight isn't changed and memory doesn't run short.
///
/// @param version of the weight's storage that was copied
/// @param layout  of the weight in it
/// @param copy    null before a second product asks for it: a weight that is trained between products isn't copied in vain
record PackedWeight(int version, Layout layout, SoftReference<PackedGemm> copy) {

    /// For a product of so many rows; null where none is of use.
    ///
    /// @param weight `[out, in]`
    static PackedGemm of(Tensor weight, int rows) {
        var storage = weight.storage;
        if (storage.isScoped() || !PackedGemm.pays(rows, weight.size(0), weight.size(1))) return null;
        int version = storage.version();
        var known = storage.packed;
        if (known == null || known.version != version || known.layout != weight.layout) {
            storage.packed = new PackedWeight(version, weight.layout, null);
            return null;
        }
        // one that memory had no room for is not made again
        if (known.copy != null) return known.copy.get();
        var made = pack(weight);
        storage.packed = new PackedWeight(version, weight.layout, new SoftReference<>(made));
        return made;
    }

    private static PackedGemm pack(Tensor weight) {
        var lying = MatMul.striding(weight);
        boolean byColumns = MatMul.isByColumns(lying);
        try {
            return new PackedGemm(new Stored(lying.data(), lying.layout.offset(), null, false, MatMul.stride(lying)), !byColumns,
                weight.size(0), weight.size(1));
        } catch (OutOfMemoryError e) {
            return null;
        }
    }
}
