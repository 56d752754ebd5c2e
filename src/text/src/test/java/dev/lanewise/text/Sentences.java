package dev.lanewise.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.ListFormat;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Sentences of many languages.
final class Sentences {

    private Sentences() {}

    /// Some hundred, written for this.
    static List<String> written() {
        try (var in = Sentences.class.getResourceAsStream("sentences.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                .map(line -> line.substring(line.indexOf('\t') + 1).replace("\\u0301", "\u0301")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As many as asked for, of dates, countries, languages and currencies, as the JDK's locales have them in some 200 languages.
    static List<String> ofLocales(int count, long seed) {
        var random = new SplittableRandom(seed);
        var locales = Stream.of(Locale.getAvailableLocales())
            .filter(locale -> !locale.getLanguage().isEmpty() && locale.getCountry().isEmpty())
            .sorted(Comparator.comparing(Locale::toLanguageTag)).toList();
        var countries = Locale.getISOCountries();
        var languages = Locale.getISOLanguages();
        var currencies = Currency.getAvailableCurrencies().stream().sorted(Comparator.comparing(Currency::getCurrencyCode))
            .toList();
        var sentences = new ArrayList<String>();
        while (sentences.size() < count) {
            var locale = locales.get(sentences.size() % locales.size());
            var day = LocalDateTime.of(2000 + random.nextInt(100), 1 + random.nextInt(12), 1 + random.nextInt(28),
                random.nextInt(24), random.nextInt(60));
            var parts = new ArrayList<String>();
            for (int i = random.nextInt(1, 5); i > 0; i--) parts.add(switch (random.nextInt(3)) {
                case 0 -> Locale.of("", countries[random.nextInt(countries.length)]).getDisplayCountry(locale);
                case 1 -> Locale.of(languages[random.nextInt(languages.length)]).getDisplayLanguage(locale);
                default -> currencies.get(random.nextInt(currencies.size())).getDisplayName(locale);
            });
            sentences.add(DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).localizedBy(locale).format(day) + " — "
                + ListFormat.getInstance(locale, ListFormat.Type.STANDARD, ListFormat.Style.FULL).format(parts) + ".");
        }
        return sentences;
    }
}
