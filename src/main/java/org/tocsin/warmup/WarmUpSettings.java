package org.tocsin.warmup;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Keys {@code tocsin.warm-up.*}.
 *
 * @param messages to nobody, after each start; 0: none
 * @param idleFor how long the hub must have had nothing to do before
 */
@ConfigurationProperties("tocsin.warm-up")
public record WarmUpSettings(
        @DefaultValue("20000") int messages,
        @DefaultValue("3s") Duration idleFor) {}
