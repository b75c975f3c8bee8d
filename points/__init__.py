"""Points: tariff, ledger and honours of households. A room with nobody in it yet."""
