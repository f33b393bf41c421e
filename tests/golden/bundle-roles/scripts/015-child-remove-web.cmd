@echo off
rem Step 15 of 40: remove the differencing VHD of an earlier build; what was changed in it goes with it.
if exist "Y:\web.vhdx" del /f /q "Y:\web.vhdx"
if exist "Y:\web.vhdx" exit /b 1
