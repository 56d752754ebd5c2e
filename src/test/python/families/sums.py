"""Sums of products, norms of any power, running sums, variances with their means."""
import torch

from .cases import INF, NAN, away, fixed, normal, random, start


def draw(c):
    einsums(c)
    outers(c)
    norms(c)
    var_mean(c)
    cumsums(c)
    standardized(c)
    nothing(c)


PAIRS = [("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij,kj->ik", (2, 3), (4, 3)), ("ji,jk->ki", (3, 2), (3, 4)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
         ("bij,bkj->bki", (2, 2, 3), (2, 4, 3)), ("bhqd,bhkd->bhqk", (1, 2, 3, 2), (1, 2, 2, 2)), ("bhqk,bhkd->bqhd", (1, 2, 3, 2), (1, 2, 2, 3)),
         ("i,i->", (4,), (4,)), ("i,i", (4,), (4,)), ("i,i->i", (4,), (4,)), ("i,j->ij", (2,), (3,)), ("i,j->ji", (2,), (3,)), ("i,j", (2,), (3,)), ("i,j->", (2,), (3,)),
         ("i,j->j", (2,), (3,)), ("ij,ij->ij", (2, 3), (2, 3)), ("ij,ij->i", (2, 3), (2, 3)), ("ij,ij->j", (2, 3), (2, 3)), ("ij,ij->", (2, 3), (2, 3)), ("ij,ji->", (2, 3), (3, 2)),
         ("ii,i->i", (3, 3), (3,)), ("ii,ij->j", (3, 3), (3, 2)), ("iij,jk->ik", (2, 2, 3), (3, 2)), ("iji,jkk->k", (2, 3, 2), (3, 2, 2)), ("iii,i->", (2, 2, 2), (2,)),
         ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)), ("...ij,jk->...ik", (2, 1, 2, 3), (3, 2)), ("...i,...i->...", (2, 3), (3,)), ("...i,...i", (2, 3), (2, 3)),
         ("i...,j...->ij...", (2, 3), (2, 3)), ("...,...->...", (2, 3), (3,)), ("...,->...", (2, 3), ()), (",->", (), ()), (",i->i", (), (3,)), (",", (), ()),
         ("i...j,j->...i", (2, 2, 3), (3,)), ("ab...,...c->c...a", (2, 3, 2), (2, 4)), ("ij,jk->", (2, 3), (3, 4)), ("ij,kl->il", (2, 3), (2, 4)), ("ij,kl", (2, 3), (2, 2)),
         ("ij,jk->ik", (2, 1), (3, 4)), ("ij,jk->ik", (2, 3), (1, 4)), ("ij,ij->i", (2, 1), (2, 3)), ("ij,ij->ij", (1, 3), (2, 1)), ("bij,bjk->bik", (1, 2, 3), (4, 3, 2)),
         ("ij,jk->ik", (2, 0), (0, 3)), ("ij,jk->ik", (0, 2), (2, 3)), ("i,i->", (0,), (0,)), ("bij,bjk->bik", (0, 2, 3), (0, 3, 2)), ("ij,ij->ij", (0, 3), (0, 3)),
         ("Ab,bC->CA", (2, 3), (3, 2)), ("Ba,aC", (2, 3), (3, 2)), ("ba,ac", (2, 3), (3, 2)), (" i j , j k -> i k ", (2, 3), (3, 4)), ("abcd,cdef->abef", (2, 1, 2, 2), (2, 2, 1, 3)),
         ("abc,cba->abc", (2, 1, 3), (3, 1, 2)), ("abc,cd->dba", (2, 2, 3), (3, 2)), ("abcd,ae->ebc", (2, 2, 1, 2), (2, 3)), ("bi,bj->bij", (2, 2), (2, 3))]
SINGLES = [("ij->ji", (2, 3)), ("ij->i", (2, 3)), ("ij->j", (2, 3)), ("ij->", (2, 3)), ("ij", (2, 3)), ("ji", (2, 3)), ("ii->i", (3, 3)), ("ii->", (3, 3)), ("ii", (3, 3)), ("iij->ji", (2, 2, 3)),
           ("iji->j", (2, 3, 2)), ("iiij->ij", (2, 2, 2, 2)), ("...ij->...ji", (2, 2, 3)), ("...ii->...i", (2, 3, 3)), ("...ii->...", (2, 3, 3)), ("i...->...", (2, 3, 2)), ("...->...", (2, 3)),
           ("->", ()), ("...", (2,)), ("ab...->b...a", (2, 3, 2)), ("ij->ji", (0, 3)), ("ij->j", (0, 3)), ("iijj->ij", (2, 2, 3, 3)), ("iijj->", (2, 2, 2, 2)), ("i...j->...", (2, 2, 3))]


def einsums(c):
    einsum = lambda *operands, equation: torch.einsum(equation, *operands)
    for equation, *shapes in PAIRS + SINGLES:
        for again in (c.twice, c.add):
            again("einsum", einsum, *(normal(*shape) for shape in shapes), equation=equation)
    for equation, a, b in PAIRS[:20]:
        c.add("einsumTransposed", lambda x, y, equation: torch.einsum(equation, x.permute(*reversed(range(x.dim()))), y.permute(*reversed(range(y.dim())))),
              normal(*reversed(a)), normal(*reversed(b)), equation=equation)
    c.add("einsum", einsum, [[1.0, INF], [NAN, 2.0]], [[1.0, 2.0], [3.0, -1.0]], equation="ij,jk->ik", name="einsum of an infinity and a NaN")
    c.add("einsum", einsum, [[1.0, INF], [NAN, 2.0]], equation="ii->i", name="the diagonal beside an infinity and a NaN")


def outers(c):
    for m, n in [(1, 1), (3, 2), (1, 4), (0, 3), (3, 0), (5, 5)]:
        for again in (c.twice, c.add):
            again("outer", torch.outer, normal(m), normal(n))
    c.add("outer", torch.outer, [1.0, INF, NAN], [0.0, -1.0, INF], name="outer of infinities and a NaN")


def alike(*shape):
    """Of either sign, and of magnitudes between 1 and 1.5."""
    x = torch.rand(shape, generator=random) - 0.5
    return start(x + torch.where(x < 0, -1.0, 1.0))


def norms(c):
    norm = lambda x, p, dims, keepDim: torch.linalg.vector_norm(x, p, dims or None, keepDim)
    powers = [0.5, 0.9, 1.0, 1.5, 2.0, 3.0, 4.0, 7.5, -1.0, -2.0, -0.5, INF, -INF]
    for p in powers:
        for shape, dims in [((), []), ((4,), []), ((2, 3), []), ((2, 3), [1]), ((2, 3), [0]), ((2, 3), [-1, 0]), ((2, 2, 2), [1]), ((2, 2, 2), [0, 2])]:
            # beside a much larger element the second derivative is the difference of nearly equal numbers, and so is one number in all
            if len(dims) == 1:
                c.twice("normOf", norm, alike(*shape), p=p, dims=dims, keepDim=True)
            c.add("normOf", norm, away(*shape), p=p, dims=dims, keepDim=len(dims) != 1)
        c.add("normOf", norm, [[0.0, 0.0, 0.0], [1.0, 0.0, -2.0]], p=p, dims=[1], keepDim=False, name=f"norm of zeros, p={p}")
        c.add("normOf", norm, fixed([[INF, 1.0, 2.0], [-INF, INF, 1.0], [NAN, 1.0, 0.0], [INF, NAN, 3.0]]), p=p, dims=[1], keepDim=False,
              name=f"norm of infinities and NaN, p={p}")
        for scale in (1e30, 1e-30):
            c.add("normOf", norm, away(2, 3) * scale, p=p, dims=[1], keepDim=True, name=f"norm of {scale}, p={p}")
        if p > 0 and p < INF:
            c.add("normOf", norm, normal(2, 0), p=p, dims=[1], keepDim=False)
            c.add("normOf", norm, normal(0, 2), p=p, dims=[1], keepDim=False)
    for scale in (1e30, 1e-30):
        c.add("normOf", norm, fixed(away(2, 3) * scale), p=0.0, dims=[1], keepDim=True, name=f"norm of {scale}, p=0")
    c.add("normOf", norm, fixed([[0.0, 1.0, -0.0], [NAN, INF, 0.0]]), p=0.0, dims=[1], keepDim=False)
    c.add("normOf", norm, fixed(normal(2, 3)), p=0.0, dims=[], keepDim=False)
    c.add("normOf", norm, fixed(normal(2, 0)), p=0.0, dims=[1], keepDim=False)
    for p in (INF, -INF):
        c.twice("normOf", norm, [[1.0, -3.0, 3.0], [-1.0, 1.0, 2.0]], p=p, dims=[1], keepDim=False, name=f"norm of equal magnitudes, p={p}")


def var_mean(c):
    both = lambda x, correction, dims, keepDim: torch.var_mean(x, dim=dims or None, correction=correction, keepdim=keepDim)
    for shape, dims in [((5,), []), ((2, 3), []), ((2, 3), [1]), ((2, 3), [0]), ((3, 2, 2), [0, 2]), ((3, 2, 2), [-2])]:
        for correction in (0, 1, 0.5):
            for keep in (False, True):
                (c.twice if keep else c.add)("varMean", both, normal(*shape, mean=1.0), correction=correction, dims=dims, keepDim=keep)
    c.add("varMean", both, fixed([[1.0, INF], [NAN, 2.0], [3.0, 3.0]]), correction=1, dims=[1], keepDim=False, name="varMean of an infinity and a NaN")
    c.add("varMean", both, normal(2, 0), correction=1, dims=[1], keepDim=False)


def cumsums(c):
    cumsum = lambda x, dim: torch.cumsum(x, dim)
    for shape in [(1,), (6,), (2, 3), (3, 2), (2, 3, 4), (1, 5, 1), (0, 3), (3, 0)]:
        for dim in range(-1, len(shape)):
            c.twice("cumsum", cumsum, normal(*shape), dim=dim)
            c.add("cumsum", cumsum, normal(*shape), dim=dim)
    c.add("cumsum", cumsum, [1.0, INF, 2.0, -INF, 3.0], dim=0, name="cumsum past infinities")
    c.add("cumsum", cumsum, [1.0, NAN, 2.0], dim=0, name="cumsum past a NaN")
    c.add("cumsum", cumsum, [1e8, 1.0, -1e8, 1.0, 1.0], dim=0, each=True, name="cumsum that cancels")
    c.add("cumsum", cumsum, normal(100), dim=0, each=True)
    c.twice("cumsumOfSquares", lambda x, dim: torch.cumsum(x.square(), dim).exp(), normal(2, 4, scale=0.5), dim=1)
    c.twice("cumsumTransposed", lambda x, dim: torch.cumsum(x.t(), dim), normal(2, 4), dim=1)


def standardized(c):
    values = lambda x, eps, dims: (x - x.mean(dims, True)) / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    for shape, dims in [((2, 5), [1]), ((3, 2, 2), [0, 2]), ((4,), [0])]:
        for eps in (1e-3, 0.5):
            c.twice("standardized", values, normal(*shape, mean=2.0), eps=eps, dims=dims)


def nothing(c):
    """What has no elements, differentiated twice, and a single number's running sum."""
    both = lambda x, correction, dims, keepDim: torch.var_mean(x, dim=dims or None, correction=correction, keepdim=keepDim)
    for shape, dims in [((0,), []), ((2, 0), [1]), ((2, 0), [0]), ((0, 3), []), ((3, 0, 2), [-2])]:
        # along some dimensions, PyTorch's second derivative by a variance over a count of 0 is NaN
        for correction in (1,) if dims else (0, 1):
            c.twice("varMean", both, normal(*shape), correction=correction, dims=dims, keepDim=correction == 1)
    for dim in (0, -1):
        c.twice("cumsum", lambda x, dim: torch.cumsum(x, dim), normal(), dim=dim)
