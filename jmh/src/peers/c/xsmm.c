/* libxsmm behind the line protocol that peers.md describes: gemm M K N, on one thread, by a kernel that is made for the shape.
 *
 *     gcc -O2 -o xsmm xsmm.c -lxsmm -lxsmmext -lxsmmnoblas -lpthread -lm -ldl      (Debian: libxsmm-dev)
 */
#include <libxsmm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BURST 0.02      /* seconds that one sample takes */
#define MEASURED 0.25   /* seconds of samples */
#define MOST 1000       /* samples */

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static float *filled(long n) {
    float *x = libxsmm_aligned_malloc(n * sizeof *x, 64);
    for (long i = 0; i < n; i++) x[i] = i % 13 - 6;
    return x;
}

static double burst(libxsmm_smmfunction multiply, const float *a, const float *b, float *c, long calls) {
    double start = now();
    for (long i = 0; i < calls; i++) multiply(b, a, c);
    return now() - start;
}

/* The median of a call's seconds. */
static double seconds(libxsmm_smmfunction multiply, const float *a, const float *b, float *c) {
    static double took[MOST];
    long calls = 1;
    while (burst(multiply, a, b, c, calls) < BURST / 2) calls *= 2;
    int count = 0;
    for (double end = now() + MEASURED; count < MOST && (count < 3 || now() < end); count++)
        took[count] = burst(multiply, a, b, c, calls) / calls;
    qsort(took, count, sizeof *took, ascending);
    return took[count / 2];
}

int main(void) {
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        char kind[8] = "NN";
        int m, k, n;
        line[strcspn(line, "\r\n")] = 0;
        libxsmm_smmfunction multiply = NULL;
        if (sscanf(line, "gemm %d %d %d %7s", &m, &k, &n, kind) >= 3 && !strcmp(kind, "NN")) {
            /* its matrices are by columns: Cᵀ = Bᵀ Aᵀ */
            float alpha = 1, beta = 0;
            int flags = LIBXSMM_GEMM_FLAG_NONE;
            multiply = libxsmm_smmdispatch(n, m, k, &n, &k, &n, &alpha, &beta, &flags, NULL);
        }
        if (multiply) {
            float *a = filled((long) m * k), *b = filled((long) k * n), *c = filled((long) m * n);
            printf("{\"request\": \"%s\", \"engine\": \"libxsmm\", \"threads\": 1, \"value\": %.4g, \"unit\": \"GFLOP/s\"}\n", line,
                2e-9 * m * k * n / seconds(multiply, a, b, c));
            libxsmm_free(a);
            libxsmm_free(b);
            libxsmm_free(c);
        } else {
            printf("{\"request\": \"%s\", \"engine\": \"libxsmm\", \"error\": \"not served\"}\n", line);
        }
        fflush(stdout);
    }
}
