package com.vouchermint.vouchers;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** Makes gift vouchers; whoever knows a code can spend it. */
public class VoucherMint {
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int CODE_LENGTH = 16;
    private static final int MOST_TRIES = 5;

    private final VoucherTable table;
    private final Random random = new Random();

    public VoucherMint(VoucherTable table) {
        this.table = table;
    }

    /** Stores a new voucher and returns its code; waits a little while the table is busy. */
    public String mint(BigDecimal value) throws InterruptedException {
        for (int attempt = 1; attempt <= MOST_TRIES; attempt++) {
            String code = code();
            if (table.insertIfAbsent(code, value)) {
                return code;
            }
            Thread.sleep(pause(attempt).toMillis());
        }
        throw new IllegalStateException("The table took no voucher in " + MOST_TRIES + " tries");
    }

    private String code() {
        StringBuilder code = new StringBuilder(CODE_LENGTH);
        for (int i = 0; i < CODE_LENGTH; i++) {
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    private static Duration pause(int attempt) {
        long jitter = ThreadLocalRandom.current().nextLong(50);
        return Duration.ofMillis(100L * attempt + jitter);
    }

    /** Vouchers by code. */
    public interface VoucherTable {
        /** False where the code is taken or the table is busy. */
        boolean insertIfAbsent(String code, BigDecimal value);
    }
}
