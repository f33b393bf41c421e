@echo off
rem Step 13 of 40: remove the differencing VHD of an earlier build; what was changed in it goes with it.
if exist "Y:\rescue.vhdx" del /f /q "Y:\rescue.vhdx"
if exist "Y:\rescue.vhdx" exit /b 1
