package dev.lanewise.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The look of a [Page].
final class PageStyle {
    private PageStyle() {}

    /// Free of `<` and `&`, so that it needs no escaping. The dark colours are for screens: paper is white. What scrolls has a shade
    /// at the edge beyond which there is more: it stays where it is, and the page's colour, which moves along, covers it at the end.
    static final String CSS = """
            :root{color-scheme:light dark;--page:#fff;--ink:#1c2228;--muted:#57616b;--rule:#d9dfe5;--wash:#f5f7f9;--edge:#1c222840;%s}
            @media screen and (prefers-color-scheme:dark){
            :root{--page:#14181c;--ink:#e5e9ed;--muted:#9ea9b4;--rule:#343c44;--wash:#1b2026;--edge:#e5e9ed50;%s}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif;overflow-wrap:break-word}
            main{max-width:1060px;margin:0 auto;padding:40px 24px 64px}
            h1{font-size:1.9rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .5rem;text-wrap:balance}
            h2{font-size:1.2rem;line-height:1.3;margin:0 0 .75rem}
            p{max-width:44rem;margin:0 0 1rem}
            .lead{font-size:1.1rem;color:var(--muted)}
            section{margin-top:2.5rem}
            .scroll{overflow-x:auto;max-width:100%%;background:linear-gradient(to right,var(--page) 40%%,transparent) 0/40px 100%% local,
            linear-gradient(to left,var(--page) 40%%,transparent) 100%%/40px 100%% local,
            linear-gradient(to right,var(--edge),transparent) 0/14px calc(100%% - 4px),
            linear-gradient(to left,var(--edge),transparent) 100%%/14px calc(100%% - 4px);background-repeat:no-repeat}
            .chart{display:flex;flex-wrap:wrap;gap:8px 24px;margin:1rem 0 1.5rem}
            .chart svg{display:block}
            .plot{flex:1 1 600px;min-width:0}
            .plot svg{width:100%%;min-width:540px;height:auto}
            .plot.wide svg{min-width:860px}
            .plot.narrow svg{min-width:0}
            .phone{display:none}
            .legend{flex:0 0 auto;background:none}
            .series,.entry{transition:opacity .12s}
            %s
            table{border-collapse:collapse;margin:0 0 1rem;font-variant-numeric:tabular-nums}
            th,td{padding:.4rem .9rem;border-bottom:1px solid var(--rule);white-space:nowrap}
            th{font-weight:600;font-size:.85rem;color:var(--muted);border-bottom-color:var(--muted)}
            .dense{font-size:.9rem}.dense th,.dense td{padding:.35rem .45rem}
            .long{white-space:normal;min-width:16rem}
            th:first-child,td:first-child{padding-left:.25rem}
            tbody tr:hover{background:var(--wash)}
            .text{text-align:left}
            .number{text-align:right}
            .facts{display:flex;flex-wrap:wrap;gap:.75rem 2rem;margin:0 0 1rem}
            .facts dt{font-size:.85rem;color:var(--muted)}
            .facts dd{margin:0;font-variant-numeric:tabular-nums}
            a{color:inherit}
            .links dt{font-weight:600}
            .links dd{margin:.15rem 0 1.1rem;max-width:44rem;color:var(--muted)}
            @media (max-width:880px){.legend{margin-top:-32px}}
            @media (min-width:1109px){.scroll:has(>.dense){width:max-content;max-width:calc(50%% + 50vw - 24px)}}
            @media screen and (max-width:600px){main{padding:24px 16px 40px}h1{font-size:1.5rem}
            .desk{display:none}.phone{display:block;flex:1 1 300px;max-width:480px}.phone svg{min-width:0}
            th:first-child,td:first-child{position:sticky;left:0;background:var(--page)}
            .name{white-space:normal;overflow-wrap:anywhere;min-width:9rem;max-width:9rem}
            tbody tr:hover td:first-child{background:var(--wash)}}
            @media print{main{max-width:none;padding:0}.scroll{overflow:visible;background:none}.plot svg,.plot.wide svg{min-width:0}
            .scroll svg{max-width:100%%;height:auto}table,.dense{font-size:.8rem}th,td,.dense th,.dense td{white-space:normal;padding:.2rem .35rem}
            figure,table,.facts{break-inside:avoid}h2{break-after:avoid}}
            """.formatted(colours(Stroke.LIGHT), colours(Stroke.DARK), highlights());

    private static String colours(List<String> colours) {
        return IntStream.range(0, colours.size()).mapToObj(i -> Stroke.variable(i) + ":" + colours.get(i)).collect(Collectors.joining(";"));
    }

    /// Pointing at a line or at its name fades the others.
    private static String highlights() {
        return IntStream.range(0, 24)
                .mapToObj(i -> ".chart:has(.k%1$s:hover) :is(.series,.entry):not(.k%1$s)".formatted(i))
                .collect(Collectors.joining(",", "", "{opacity:.15}"));
    }
}
