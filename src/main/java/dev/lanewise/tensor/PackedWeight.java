package dev.lanewise.tensor;

import dev.lanewise.kernel.PackedGemm;
import dev.lanewise.kernel.StoredGemm.Stored;
import java.lang.ref.SoftReference;

/// The copy of a weight that products in inference share, for as long as the weight isn't changed and memory doesn't run short.
///
/// @param version of the weight's storage that was copied
/// @param layout  of the weight in it
/// @param copy    null before a second product asks for it: a weight that is trained between products isn't copied in vain
/// @param others  views of the same storage, as parts of a stacked weight are; null if there are none
record PackedWeight(int version, Layout layout, SoftReference<PackedGemm> copy, PackedWeight others) {

    /// Of one storage, those that were used last.
    private static final int VIEWS = 8;

    /// For a product of so many rows; null where none is of use.
    ///
    /// @param weight `[out, in]`
    static PackedGemm of(Tensor weight, int rows) {
        var storage = weight.storage;
        if (storage.isScoped() || !PackedGemm.pays(rows, weight.size(0), weight.size(1))) return null;
        int version = storage.version();
        var all = storage.packed;
        var known = all == null || all.version != version ? null : all.of(weight.layout);
        if (known == null) {
            storage.packed = new PackedWeight(version, weight.layout, null, without(all, version, weight.layout, VIEWS - 1));
            return null;
        }
        // one that memory had no room for is not made again
        if (known.copy != null) return known.copy.get();
        var made = pack(weight);
        storage.packed = new PackedWeight(version, weight.layout, new SoftReference<>(made),
            without(all, version, weight.layout, VIEWS - 1));
        return made;
    }

    private PackedWeight of(Layout wanted) {
        for (var each = this; each != null; each = each.others) if (each.layout.isLike(wanted)) return each;
        return null;
    }

    private static PackedWeight without(PackedWeight all, int version, Layout one, int most) {
        if (all == null || all.version != version || most == 0) return null;
        if (all.layout.isLike(one)) return without(all.others, version, one, most);
        return new PackedWeight(version, all.layout, all.copy, without(all.others, version, one, most - 1));
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
