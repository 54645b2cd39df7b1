package com.bonusrules.rules;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ExpressionParser;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * Works out the bonus of a shift. Branch managers type their rule into the portal, e.g. {@code
 * hours * 1.5 + (sunday ? 20 : 0)}.
 */
public class BonusRules {
    private static final BigDecimal CEILING = new BigDecimal("500.00");

    private final ExpressionParser parser = new SpelExpressionParser();

    /**
     * The bonus in euros.
     *
     * @throws IllegalArgumentException for a rule that cannot be read or gives no amount
     */
    public BigDecimal bonus(String rule, Shift shift) {
        BigDecimal amount;
        EvaluationContext context = new StandardEvaluationContext();
        try {
            amount = parser.parseExpression(rule).getValue(context, shift, BigDecimal.class);
        } catch (ParseException | EvaluationException e) {
            throw new IllegalArgumentException("The rule cannot be applied: " + rule, e);
        }
        if (amount == null || amount.signum() < 0) {
            throw new IllegalArgumentException("The rule gives no amount: " + rule);
        }
        return amount.min(CEILING).setScale(2, RoundingMode.HALF_UP);
    }

    /** A shift as the time clock recorded it. */
    public static final class Shift {
        private final double hours;
        private final boolean sunday;

        public Shift(double hours, boolean sunday) {
            this.hours = hours;
            this.sunday = sunday;
        }

        public double getHours() {
            return hours;
        }

        public boolean isSunday() {
            return sunday;
        }
    }
}
