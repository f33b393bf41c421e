@echo off
rem Step 7 of 20: 3 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\100%% sure\%%TEMP%%" /v "%%" /t REG_SZ /d "%%" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\100%% sure\%%TEMP%%" /v "%%1" /t REG_SZ /d "%%%%PATH%%%% %%~dp0 100%%" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value %%gone%% must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\100%% sure\%%TEMP%%" /v "%%gone%%" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_3
reg delete "HKLM\hvsbuild-SOFTWARE\100%% sure\%%TEMP%%" /v "%%gone%%" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_3
exit /b 0
