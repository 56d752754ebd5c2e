"""Attention and transformers: masks are inputs without a gradient, parameters are in PyTorch's order."""
import math

import torch
import torch.nn.functional as F
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel

from .cases import called as results, fixed, normal, random


def draw(c):
    scaled_dot_product(c)
    multihead(c)
    encoder_layers(c)
    decoder_layers(c)
    stacks(c)
    positions(c)
    curvature(c)


def bits(*shape, of=3):
    """1, or 0 for one of so many."""
    return fixed((torch.randint(0, of, shape, generator=random) > 0).double())


def sdpa(q, k, v, mask=None, *, causal=False, masked="none", scale=None):
    """`masked` says what the mask is: allowed, bias, padding [batch, keys], or both a bias and causal."""
    if masked == "padding":
        mask = (mask == 0)[(slice(None),) + (None,) * (q.dim() - mask.dim()) + (slice(None),)] if mask.dim() > 1 else mask == 0
    elif masked == "allowed":
        mask = mask != 0
    if causal and mask is not None:
        past = torch.ones(q.shape[-2], k.shape[-2]).tril() > 0
        mask = mask & past if mask.dtype == torch.bool else torch.where(past, mask, -math.inf)
        causal = False
    with sdpa_kernel(SDPBackend.MATH):
        return F.scaled_dot_product_attention(q, k, v, mask, is_causal=causal, scale=scale)


def tried(c, again, op, function, draw, name=None, **args):
    """A case whose digits PyTorch's own float32 keeps well. By its formula a gradient may be 0, which two orders of sums miss by as much
    as the numbers that cancel: then of values alone."""
    def drawn():
        inputs = draw()
        leaves = [x.clone().requires_grad_(not hasattr(x, "fixed")) for x in inputs]
        gradients = torch.autograd.grad([y.sum() + (y * y).sum() for y in results(function, leaves, args)], [x for x in leaves if x.requires_grad],
                                        allow_unused=True)
        if any(g is not None and g.numel() and g.abs().max() < 1e-6 for g in gradients):
            raise Nothing
        return inputs
    for twice in (True, False) if again else (False,):
        try:
            c.steadily(op, drawn, function, again=twice, name=name, within=1.5e-6, most=12, least=0.03, **args)
            return
        except (AssertionError, Nothing):
            pass
    c.add(op, function, *map(fixed, draw()), name=name, **args)


class Nothing(Exception):
    """No gradient to compare."""


def scaled_dot_product(c):
    op = "scaledDotProduct"

    def case(again, *draws, name=None, **args):
        tried(c, again, op, sdpa, lambda: [draw() for draw in draws], name and f"{op} {name}", **args)

    def of(*shape, scale=1.0):
        return lambda: normal(*shape, scale=scale)

    def some(*shape):
        return lambda: bits(*shape)

    # leading sizes, queries, keys, width, values
    shapes = [((), 1, 1, 1, 1), ((), 3, 5, 2, 3), ((2,), 4, 4, 3, 2), ((2, 3), 3, 4, 2, 1), ((1, 2), 5, 3, 4, 2), ((2, 1, 2), 2, 3, 1, 2),
              ((3,), 1, 7, 2, 2), ((1, 1), 6, 1, 3, 3)]
    for leading, queries, keys, width, values in shapes:
        x = of(*leading, queries, width), of(*leading, keys, width), of(*leading, keys, values)
        for causal in (False, True):
            for again in (False, True):
                case(again, *x, causal=causal)
                case(again, *x, of(queries, keys), causal=causal, masked="bias")
                case(again, *x, some(queries, keys), causal=causal, masked="allowed")
            case(False, *x, of(*leading, queries, keys), causal=causal, masked="bias")
            case(False, *x, lambda: fixed(torch.randn(queries, 1, generator=random)), causal=causal, masked="bias", name=f"{leading} {queries} {keys} column {causal}")
            case(True, *x, of(keys), causal=causal, masked="bias")
            case(True, *x, some(*leading, queries, keys), causal=causal, masked="allowed")
            case(False, *x, some(keys), causal=causal, masked="padding")
            if leading:
                case(False, *x, some(leading[0], keys), causal=causal, masked="padding")
                case(True, *x, some(leading[0], keys), causal=causal, masked="padding")
            for scale in (0.3, -1.5, 0.0):
                case(False, *x, causal=causal, scale=scale)
            case(True, *x, causal=causal, scale=0.7)
    # of which some broadcast
    for q, k, v in [((2, 3, 4, 2), (1, 3, 5, 2), (2, 1, 5, 3)), ((3, 4, 2), (5, 2), (3, 5, 1)), ((4, 2), (2, 3, 2), (3, 2)), ((2, 1, 3, 2), (3, 3, 2), (1, 3, 1))]:
        for again in (False, True):
            for causal in (False, True):
                case(again, of(*q), of(*k), of(*v), causal=causal)
    # scores far from each other, and far from 0
    for scale in (30.0, 1e3, 1e6, 1e15):
        for causal in (False, True):
            case(False, of(4, 3, scale=scale), of(5, 3), of(5, 2), causal=causal, name=f"of queries of size {scale} {causal}")
            case(False, of(4, 3), of(5, 3), of(5, 2), of(4, 5, scale=scale), causal=causal, masked="bias", name=f"of a bias of size {scale} {causal}")
            case(False, of(4, 3), of(5, 3), of(5, 2, scale=scale), causal=causal, name=f"of values of size {scale} {causal}")
    case(True, of(4, 3, scale=6.0), of(5, 3), of(5, 2), name="of large queries")
    lowest = torch.zeros(4, 5)
    lowest[torch.rand(4, 5, generator=random) < 0.4] = -math.inf
    lowest[2] = -math.inf
    for causal in (False, True):
        for again in (False, True):
            case(again, of(4, 3), of(5, 3), of(5, 2), lambda: infinite(lowest), causal=causal, masked="bias", name=f"of infinities {causal}")
        case(False, of(4, 3), of(5, 3), of(5, 2), lambda: fixed(torch.zeros(4, 5)), causal=causal, masked="allowed", name=f"of nothing {causal}")
        for bad in (math.nan, math.inf):
            spoilt = infinite(torch.tensor([[1.0, 2.0], [bad, 0.5], [0.25, 1.0]]))
            c.add(op, sdpa, spoilt, fixed(normal(3, 2)), fixed(normal(3, 1)), causal=causal, name=f"{op} of {bad} {causal}")
    c.add(op, sdpa, normal(2, 0, 3), normal(2, 3, 3), normal(2, 3, 2), name=f"{op} of no queries")
    # of several blocks of keys, the last one cut
    for queries, keys in ((2, 65), (1, 64), (3, 130), (66, 2)):
        for causal in (False, True):
            case(False, of(queries, 1), of(keys, 1), of(keys, 1), causal=causal)
        case(True, of(queries, 1), of(keys, 1), of(keys, 1))
        case(False, of(queries, 1), of(keys, 1), of(keys, 1), some(keys), masked="padding")


def infinite(x):
    """Of numbers that are no start of a decimal's."""
    x = x.double()
    x.fixed = True
    return x


# ---- modules: their parameters are the inputs from `first` on

def called(module, names, values, *args, **kwargs):
    with sdpa_kernel(SDPBackend.MATH):
        return functional_call(module.to(values[0].dtype), dict(zip(names, values)), args, kwargs)


def parameters(module):
    names = [name for name, _ in module.named_parameters()]
    return names, [normal(*value.shape, scale=0.6) for _, value in module.named_parameters()]


def masks(masked, causal, mask, queries, keys):
    """As keyword arguments; PyTorch's boolean masks say what is hidden."""
    arguments = {}
    if masked == "padding":
        arguments["padding"] = mask != 0
    past = torch.ones(queries, keys).tril() > 0
    if masked == "allowed":
        arguments["mask"] = (mask == 0) | ~past if causal else mask == 0
    elif masked == "bias":
        arguments["mask"] = torch.where(past, mask, -math.inf) if causal else mask
    elif causal:
        # of one type with the padding
        arguments["mask"] = ~past
    return arguments


def drawn_mask(masked, batch, queries, keys):
    if masked == "none":
        return []
    if masked == "padding":
        # the first key is seen by all: no row is without any
        mask = (torch.randint(0, 3, (batch, keys) if batch else (keys,), generator=random) == 0).double()
        mask[..., 0] = 0
        return [fixed(mask)]
    if masked == "allowed":
        mask = bits(queries, keys)
        mask[:, 0] = 1
        return [fixed(mask)]
    return [normal(queries, keys)]


def multihead(c):
    def call(*inputs, width, heads, keyWidth, valueWidth, bias, batchFirst, same, masked, causal, weights, averaged):
        module = torch.nn.MultiheadAttention(width, heads, bias=bias, kdim=keyWidth, vdim=valueWidth, batch_first=batchFirst)
        operands, rest = ([inputs[0]] * 3, inputs[1:]) if same else (list(inputs[:3]), inputs[3:])
        names = [name for name, _ in module.named_parameters()]
        mask = rest[len(names)] if masked != "none" else None
        tokens = 1 if batchFirst and operands[0].dim() == 3 else 0
        given = masks(masked, causal, mask, operands[0].shape[tokens], operands[1].shape[tokens])
        result = called(module, names, rest[:len(names)], *operands, need_weights=weights, average_attn_weights=averaged,
                        key_padding_mask=given.get("padding"), attn_mask=given.get("mask"))
        return [result[0], result[1]] if weights else [result[0]]

    count = 0
    for width, heads in ((2, 1), (2, 2), (3, 3)):
        for bias in (True, False):
            for batch in (2, 0):
                for separate in (False, True):
                    for masked in ("none", "padding", "allowed", "bias"):
                        for causal in (False, True):
                            count += 1
                            same = not separate and count % 3 != 0
                            batch_first = count % 2 == 0 and batch > 0
                            weights, averaged = count % 4 < 2, count % 8 < 5
                            queries, keys = (3, 3) if same else (2, 3)
                            widths = (width, 1, 2) if separate else (width, width, width)
                            module = torch.nn.MultiheadAttention(width, heads, bias=bias, kdim=widths[1], vdim=widths[2])
                            size = lambda n, w: (n, w) if not batch else (batch, n, w) if batch_first else (n, batch, w)
                            draw = lambda: [normal(*size(n, w)) for n, w in zip((queries, keys, keys), widths)][:1 if same else 3] \
                                + parameters(module)[1] + drawn_mask(masked, batch, queries, keys)
                            tried(c, count % 2 == 0, "MultiheadAttention", call, draw, width=width, heads=heads, keyWidth=widths[1],
                                  valueWidth=widths[2], bias=bias, batchFirst=batch_first, same=same, masked=masked, causal=causal,
                                  weights=weights, averaged=averaged, name=f"MultiheadAttention {width} {heads} {'same ' if same else ''}{count} {masked} {causal}")


ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu, "tanh": torch.tanh}


def encoder_layers(c):
    def call(x, *rest, heads, hidden, activation, eps, batchFirst, normFirst, bias, masked, causal):
        module = torch.nn.TransformerEncoderLayer(x.shape[-1], heads, hidden, 0.0, ACTIVATIONS[activation], eps, batchFirst, normFirst, bias)
        names = [name for name, _ in module.named_parameters()]
        mask = rest[len(names)] if masked != "none" else None
        tokens = x.shape[1 if batchFirst and x.dim() == 3 else 0]
        given = masks(masked, causal, mask, tokens, tokens)
        return called(module, names, rest[:len(names)], x, src_mask=given.get("mask"), src_key_padding_mask=given.get("padding"))

    count = 0
    for norm_first in (False, True):
        for activation in ACTIVATIONS:
            for bias in (True, False):
                for masked, causal in (("none", False), ("none", True), ("padding", True), ("bias", False), ("allowed", True)):
                    count += 1
                    batch = 0 if count % 5 == 0 else 2
                    width, heads, hidden, tokens = (2, 1, 3, 3) if count % 4 else (4, 2, 2, 2)
                    batch_first = count % 3 == 0 and batch > 0
                    module = torch.nn.TransformerEncoderLayer(width, heads, hidden, bias=bias)
                    size = (tokens, width) if not batch else (batch, tokens, width) if batch_first else (tokens, batch, width)
                    draw = lambda: [normal(*size)] + parameters(module)[1] + drawn_mask(masked, batch, tokens, tokens)
                    tried(c, activation != "relu" and count % 2 == 0, "TransformerEncoderLayer", call, draw, heads=heads, hidden=hidden,
                          activation=activation, eps=0.1, batchFirst=batch_first, normFirst=norm_first, bias=bias, masked=masked, causal=causal,
                          name=f"TransformerEncoderLayer {count} {activation} {norm_first} {masked} {causal}")


def decoder_layers(c):
    def call(x, memory, *rest, heads, hidden, activation, eps, batchFirst, normFirst, bias, masked, causal):
        module = torch.nn.TransformerDecoderLayer(x.shape[-1], heads, hidden, 0.0, ACTIVATIONS[activation], eps, batchFirst, normFirst, bias)
        names = [name for name, _ in module.named_parameters()]
        mask = rest[len(names)] if masked != "none" else None
        axis = 1 if batchFirst and x.dim() == 3 else 0
        past = torch.ones(x.shape[axis], x.shape[axis]).tril() > 0
        given = masks(masked, False, mask, x.shape[axis], memory.shape[axis])
        return called(module, names, rest[:len(names)], x, memory, tgt_mask=~past if causal else None, memory_mask=given.get("mask"),
                      memory_key_padding_mask=given.get("padding"))

    count = 0
    for norm_first in (False, True):
        for activation in ("relu", "gelu"):
            for bias in (True, False):
                for masked, causal in (("none", True), ("padding", True), ("bias", False)):
                    count += 1
                    batch = 0 if count % 4 == 0 else 2
                    batch_first = count % 3 == 0 and batch > 0
                    size = lambda n: (n, 2) if not batch else (batch, n, 2) if batch_first else (n, batch, 2)
                    module = torch.nn.TransformerDecoderLayer(2, 1, 2, bias=bias)
                    draw = lambda: [normal(*size(3)), normal(*size(4))] + parameters(module)[1] + drawn_mask(masked, batch, 3, 4)
                    tried(c, activation != "relu" and count % 2 == 0, "TransformerDecoderLayer", call, draw, heads=1, hidden=2,
                          activation=activation, eps=0.1, batchFirst=batch_first, normFirst=norm_first, bias=bias, masked=masked, causal=causal,
                          name=f"TransformerDecoderLayer {count} {activation} {norm_first} {masked} {causal}")


def stacks(c):
    def encoder(x, *rest, normed):
        layer = torch.nn.TransformerEncoderLayer(2, 1, 2, 0.0, "gelu", 0.1, True, True)
        module = torch.nn.TransformerEncoder(layer, 2, torch.nn.LayerNorm(2, 0.1) if normed else None, enable_nested_tensor=False)
        return called(module, [name for name, _ in module.named_parameters()], rest, x)

    def decoder(x, memory, *rest, normed):
        layer = torch.nn.TransformerDecoderLayer(2, 1, 2, 0.0, "gelu", 0.1, True, True)
        module = torch.nn.TransformerDecoder(layer, 2, torch.nn.LayerNorm(2, 0.1) if normed else None)
        past = torch.ones(x.shape[1], x.shape[1]).tril() > 0
        return called(module, [name for name, _ in module.named_parameters()], rest, x, memory, tgt_mask=~past)

    for normed in (False, True):
        norm = torch.nn.LayerNorm(2) if normed else None
        for again in (False, True):
            module = torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(2, 1, 2), 2, norm, enable_nested_tensor=False)
            tried(c, again, "TransformerEncoder", encoder, lambda: [normal(2, 3, 2)] + parameters(module)[1], normed=normed,
                  name=f"TransformerEncoder {normed}")
            other = torch.nn.TransformerDecoder(torch.nn.TransformerDecoderLayer(2, 1, 2), 2, norm)
            tried(c, again, "TransformerDecoder", decoder, lambda: [normal(1, 3, 2), normal(1, 2, 2)] + parameters(other)[1], normed=normed,
                  name=f"TransformerDecoder {normed}")


# ---- positions, which PyTorch has none of: as its tutorial and as common models compute them

def positions(c):
    def sinusoidal(x):
        tokens, width = x.shape[-2:]
        place = torch.arange(tokens, dtype=torch.float64)[:, None]
        index = torch.arange(width)
        angle = place * torch.exp(-math.log(10000.0) * (index - index % 2) / width)
        return x + torch.where(index % 2 == 0, torch.sin(angle), torch.cos(angle))

    def learned(x, weight):
        return x + weight[:x.shape[-2]]

    def rotary(x, *, base, neighbours):
        tokens, width = x.shape[-2:]
        angle = torch.arange(tokens, dtype=torch.float64)[:, None] * base ** (-2.0 * torch.arange(width // 2, dtype=torch.float64) / width)
        cosine, sine = torch.cos(angle), torch.sin(angle)
        first, second = (x[..., ::2], x[..., 1::2]) if neighbours else (x[..., :width // 2], x[..., width // 2:])
        turned = first * cosine - second * sine, second * cosine + first * sine
        return torch.stack(turned, -1).flatten(-2) if neighbours else torch.cat(turned, -1)

    for size in ((1, 1), (5, 3), (2, 4, 6), (2, 3, 7, 2), (40, 2)):
        c.add("SinusoidalPositions", sinusoidal, normal(*size))
        c.add("LearnedPositions", learned, normal(*size), normal(size[-2] + 2, size[-1]))
    for size in ((1, 2), (5, 4), (2, 6, 2), (2, 2, 3, 6), (50, 2)):
        for neighbours in (False, True):
            for base in (10000.0, 3.0):
                c.add("RotaryPositions", rotary, normal(*size), base=base, neighbours=neighbours)


# ---- more second derivatives, of a few numbers each

def curvature(c):
    for leading, queries, keys, width in [((), 2, 3, 1), ((2,), 2, 2, 1), ((), 1, 4, 2), ((1, 2), 2, 3, 1), ((), 3, 2, 2), ((3,), 1, 3, 1)]:
        def draw(*masks):
            return lambda: [normal(*leading, queries, width), normal(*leading, keys, width), normal(*leading, keys, width)] \
                + [mask() for mask in masks]
        for scale in (0.5, 1.0):
            tried(c, True, "scaledDotProduct", sdpa, draw(), scale=scale)
            tried(c, True, "scaledDotProduct", sdpa, draw(), scale=scale, causal=queries > 1)
            for masked, mask in (("bias", lambda: normal(queries, keys)), ("bias", lambda: normal(*leading, queries, keys)),
                                 ("bias", lambda: normal(keys))):
                tried(c, True, "scaledDotProduct", sdpa, draw(mask), scale=scale, masked=masked)
