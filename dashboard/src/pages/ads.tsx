// SPDX-License-Identifier: Apache-2.0
import { set, useAddress } from "../address";
import {
    adDimensions,
    ads,
    chapterDimensions,
    chapters,
    type Dimension,
    dimensions,
} from "../catalogue";
import { asked, conditionsOf, type Question, useOverTime, useReport } from "../report";
import { granularityFor, rangeOf, zoneOf } from "../time";
import { Breakdown, Export } from "../ui/breakdown";
import { addCondition, Conditions } from "../ui/conditions";
import { Page } from "../ui/page";
import { Card, Select } from "../ui/parts";
import { TimePicker } from "../ui/time_picker";
import { Trend } from "../ui/trend";
import { Numbers } from "./audience";

const adNeeds = [...new Set(ads.flatMap((one) => one.needs))];
const chapterNeeds = [...new Set(chapters.flatMap((one) => one.needs))];

// Which ads ran and which were seen to their end, and the same of chapters.
export function AdsPage() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const range = rangeOf(query, Date.now());
    const conditions = conditionsOf(query);
    const metric = ads.find((one) => one.id === query.get("metric")) ?? ads[0]!;
    const base = asked(range, zone, conditions);
    const over = useOverTime(range, granularityFor(range), zone, conditions, adNeeds);
    const by = query.get("by") ?? "media.ad.advertiser";
    const adTable = tableOf(base, adNeeds, by, "adStarts");
    const adBreakdown = useReport(adTable);
    const chapterBy = query.get("chapterBy") ?? "media.chapter.friendlyName";
    const chapterTable = tableOf(base, chapterNeeds, chapterBy, "chapterStarts");
    const chapterBreakdown = useReport(chapterTable);
    return (
        <Page title="Ads and chapters" tools={<TimePicker />}>
            <Conditions withAds />
            <Numbers over={over} metrics={ads} picked={metric} />
            <Card title={`${metric.name} over time`}>
                <Trend metric={metric} over={over} height={220} />
            </Card>
            <Card
                title="Ads"
                flush
                tools={
                    <div class="row">
                        <By name="by" value={by} choices={[...adDimensions, ...dimensions]} />
                        <Export question={adTable} name={`ads-${by}`} />
                    </div>
                }
            >
                <Breakdown
                    asked={adBreakdown}
                    dimension={by}
                    metrics={ads}
                    sort={query.get("sort") ?? "adStarts"}
                    onPick={(value) => addCondition(query, { dimension: by, value })}
                />
            </Card>
            <Card
                title="Chapters"
                flush
                tools={
                    <div class="row">
                        <By name="chapterBy" value={chapterBy} choices={chapterDimensions} />
                        <Export question={chapterTable} name={`chapters-${chapterBy}`} />
                    </div>
                }
            >
                <Breakdown
                    asked={chapterBreakdown}
                    dimension={chapterBy}
                    metrics={chapters}
                    sort="chapterStarts"
                />
            </Card>
        </Page>
    );
}

function tableOf(
    base: Omit<Question, "metrics">,
    metrics: string[],
    dimension: string,
    sort: string,
): Question {
    return {
        ...base,
        metrics,
        dimensions: [dimension],
        sort: [{ by: sort, descending: true }],
        limit: 500,
    };
}

function By({ name, value, choices }: { name: string; value: string; choices: Dimension[] }) {
    return (
        <Select
            label="Broken down by"
            value={value}
            choices={choices.map((one) => ({ value: one.id, label: one.name }))}
            onPick={(id) => set({ [name]: id, sort: null }, true)}
        />
    );
}
