package org.tocsin.cost;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.stereotype.Component;
import org.tocsin.delivery.LedgerClock;
import org.tocsin.delivery.Outlook;
import org.tocsin.delivery.PlacesOfADay;
import org.tocsin.directory.Directory;
import org.tocsin.message.FrozenMessage;

/** What alerts would cost that are not sent yet. Reads page by page: memory does not grow with the people. */
@Component
public class Estimates {
    private final Outlook outlook;
    private final Directory directory;
    private final PlacesOfADay places;
    private final Prices prices;
    private final LedgerClock clock;

    Estimates(Outlook outlook, Directory directory, PlacesOfADay places, Prices prices, LedgerClock clock) {
        this.outlook = outlook;
        this.directory = directory;
        this.places = places;
        this.prices = prices;
        this.clock = clock;
    }

    /** An alert as it would go out. */
    public record Draft(Outlook.Terms terms, FrozenMessage message, int lane) {}

    /** Of all of them together: an alert for several places is one for each. */
    public Estimate of(List<Draft> drafts) {
        LocalDate today = clock.running().instant().atZone(ZoneOffset.UTC).toLocalDate();
        Reckoning reckoning = new Reckoning(directory, places, prices, today);
        for (Draft draft : drafts) {
            Texts texts = new Texts(draft.message());
            outlook.forEachPage(draft.terms(), page -> reckoning.add(page, texts, draft.lane()));
        }
        return reckoning.estimate();
    }
}
