@echo off
rem Step 11 of 40: remove the differencing VHD of an earlier build; what was changed in it goes with it.
if exist "Y:\file.vhdx" del /f /q "Y:\file.vhdx"
if exist "Y:\file.vhdx" exit /b 1
