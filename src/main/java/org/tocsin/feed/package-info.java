/**
 * Feeds: RSS, Atom, GeoRSS, GDACS, USGS and indices of CAP documents are fetched, compared with what is known of them, and
 * what is new or has changed is handed in as triggers. All that goes to addresses of others goes through its guard.
 */
@NullMarked
package org.tocsin.feed;

import org.jspecify.annotations.NullMarked;
