package dev.lanewise.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The look of a [Page].
final class PageStyle {
    private PageStyle() {}

    /// Free of `<` and `&`, so that it needs no escaping. The dark colours are for screens: paper is white. Nothing scrolls but
    /// the page: where there is less room, charts have another drawing and tables become cards.
    static final String CSS = """
            :root{color-scheme:light dark;--page:#fff;--ink:#1c2228;--muted:#57616b;--rule:#d9dfe5;--wash:#f5f7f9;%s}
            @media screen and (prefers-color-scheme:dark){
            :root{--page:#14181c;--ink:#e5e9ed;--muted:#9ea9b4;--rule:#343c44;--wash:#1b2026;%s}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,sans-serif;overflow-wrap:break-word}
            main{max-width:1060px;margin:0 auto;padding:40px 24px 64px}
            nav{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;font-size:.95rem;color:var(--muted)}
            nav:first-child{margin-bottom:1.5rem}
            nav:last-child{margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:1rem}
            h1{font-size:1.9rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .5rem;text-wrap:balance}
            h2{font-size:1.2rem;line-height:1.3;margin:0 0 .75rem}
            p{max-width:44rem;margin:0 0 1rem}
            .whole{white-space:nowrap}
            .lead{font-size:1.1rem;color:var(--muted)}
            section{margin-top:2.5rem}
            .scroll{overflow-x:auto;max-width:100%%}
            .chart{display:flex;flex-wrap:wrap;gap:8px 24px;margin:1rem 0 1.5rem}
            .chart svg{display:block;max-width:100%%;height:auto}
            .plot{flex:1 1 560px;min-width:0;max-width:720px}
            .plot.wide{max-width:none}
            .plot svg{width:100%%}
            .plot.phone{flex:1 1 300px;max-width:480px}
            .phone{display:none}
            .legend{flex:0 0 268px;min-width:0}
            .series,.entry{transition:opacity .12s}
            %s
            details{margin:0 0 1rem}
            summary{cursor:pointer;color:var(--muted);margin-bottom:.75rem}
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
            .facts dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
            a{color:inherit}
            .links{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%%,300px),1fr));gap:28px}
            .links a{display:block;text-decoration:none}.links a:hover b{text-decoration:underline}
            .links p{margin:.25rem 0 0;color:var(--muted);font-size:.95rem}
            .thumbnail{display:block;width:100%%;height:170px;margin-bottom:.6rem;padding:8px;border:1px solid var(--rule);border-radius:6px}
            @media (max-width:900px){.legend{margin-top:-32px}.wide.desk{display:none}.wide.phone{display:block;max-width:560px}}
            @media (min-width:1109px){.scroll:has(>.dense){width:max-content;max-width:calc(50%% + 50vw - 24px)}}
            @media screen and (max-width:900px){table{font-size:.9rem}th,td,.dense th,.dense td{padding:.35rem 5px}th{white-space:normal}
            td.text{white-space:normal}.long{min-width:0}}
            @media screen and (max-width:600px){main{padding:24px 16px 40px}h1{font-size:1.5rem}.desk{display:none}.phone{display:block}
            .cards,.cards tbody{display:block}.cards thead{display:none}
            .cards tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:4px 12px;padding:8px 0;
            border-bottom:1px solid var(--rule)}
            .cards td,.cards td:first-child{display:block;padding:0;border:0;text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:0}
            .cards td::before{content:attr(data-of);display:block;font-size:.75rem;line-height:1.3;color:var(--muted)}
            .cards td:first-child{font-weight:600}
            .cards td:first-child::before{content:attr(data-of) ' ';display:inline;font-weight:400}
            .cards td:first-child,.cards .long{grid-column:1/-1}}
            @media print{main{max-width:none;padding:0}nav{display:none}section{margin-top:1.5rem}h1,h2{break-after:avoid}
            .scroll{overflow:visible;width:auto;max-width:none}.legend{margin-top:0}
            .plot:not(.wide).desk{display:none}.plot:not(.wide).phone{display:block;flex:0 0 310px}
            .plot.wide.desk{display:block}.plot.wide.phone{display:none}
            details::details-content{content-visibility:visible;height:auto}summary{list-style:none;break-after:avoid}
            table,.dense{font-size:.8rem}th,td,.dense th,.dense td{white-space:normal;padding:.2rem .35rem}
            .chart{margin:.5rem 0 1rem}.chart:not(:has(.wide)),svg,tr,.facts,.links li{break-inside:avoid}.chart:has(.wide){display:block}thead{display:table-header-group}}
            """.formatted(colours(Stroke.LIGHT), colours(Stroke.DARK), highlights());

    private static String colours(List<String> colours) {
        return IntStream.range(0, colours.size()).mapToObj(i -> Stroke.variable(i) + ":" + colours.get(i))
            .collect(Collectors.joining(";"));
    }

    /// Pointing at a line or at its name fades the others.
    private static String highlights() {
        return IntStream.range(0, 24)
                .mapToObj(i -> ".chart:has(.k%1$s:hover) :is(.series,.entry):not(.k%1$s)".formatted(i))
                .collect(Collectors.joining(",", "", "{opacity:.15}"));
    }
}
