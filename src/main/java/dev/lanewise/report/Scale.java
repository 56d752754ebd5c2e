package dev.lanewise.report;

import java.util.List;

/// How values are laid out along an axis.
enum Scale {
    LINEAR {
        @Override
        boolean shows(double value) {
            return Double.isFinite(value);
        }

        @Override
        double at(double value) {
            return value;
        }

        @Override
        double valueAt(double position) {
            return position;
        }

        @Override
        List<Ticks.Tick> ticks(double min, double max) {
            return Ticks.linear(min, max);
        }
    },

    LOG10 {
        @Override
        boolean shows(double value) {
            return Double.isFinite(value) && value > 0;
        }

        @Override
        double at(double value) {
            return Math.log10(value);
        }

        @Override
        double valueAt(double position) {
            return Math.pow(10, position);
        }

        @Override
        List<Ticks.Tick> ticks(double min, double max) {
            return Ticks.log10(min, max);
        }
    };

    /// Whether the value has a place on such an axis.
    abstract boolean shows(double value);

    abstract double at(double value);

    abstract double valueAt(double position);

    abstract List<Ticks.Tick> ticks(double min, double max);
}
